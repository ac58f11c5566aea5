using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Whether layers such as dropout and batch normalization work as in training.</summary>
            public virtual bool training { get; private set; } = true;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (Module module in children())
                    module.train(train);
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (Parameter parameter in parameters())
                {
                    if (set_to_none)
                        parameter.grad = null;
                    else
                        ZeroGradient(parameter);
                }
            }

            /// <summary>The tensors themselves, not copies: parameters, then buffers.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach ((string name, Parameter parameter) in named_parameters())
                    destination.TryAdd(start + name, parameter);
                foreach ((string name, Tensor buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(start + name, buffer);
                return destination;
            }

            /// <summary>Copies the values in.</summary>
            /// <exception cref="InvalidOperationException">With <paramref name="strict"/>: a name is missing or not known.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source,
                bool strict = true, IList<string>? skip = null)
            {
                Dictionary<string, Tensor> destination = state_dict();
                List<string> missing = [.. destination.Keys.Except(source.Keys).Except(skip ?? [])];
                List<string> unexpected = [.. source.Keys.Except(destination.Keys).Except(skip ?? [])];
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using IDisposable noGrad = no_grad();
                foreach (string key in source.Keys.Except(unexpected).Except(skip ?? []))
                    destination[key].copy_(source[key]);
                return (missing, unexpected);
            }

            /// <summary>Writes the state as a TorchSharp .dat file.</summary>
            public Module save(string location, IList<string>? skip = null)
            {
                using FileStream stream = File.Create(location);
                return save(stream, skip);
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using BinaryWriter writer = new(stream);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                List<KeyValuePair<string, Tensor>> entries = [.. sd.ExceptBy(skip ?? [], entry => entry.Key)];
                writer.Write7BitEncodedInt64(entries.Count);
                foreach ((string name, Tensor tensor) in entries)
                {
                    writer.Write(name);
                    tensor.Save(writer);
                }
            }

            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using FileStream stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using BinaryReader reader = new(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            /// <param name="reader">At the start of what save wrote.</param>
            /// <param name="strict">The names must be exactly this module's.</param>
            /// <param name="skip">Names to leave as they are.</param>
            /// <param name="loadedParameters">Gets each name in the file, and whether the module has it.</param>
            /// <exception cref="ArgumentException">Names, types or shapes do not fit.</exception>
            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                Dictionary<string, Tensor> state = state_dict();
                long count = reader.Read7BitEncodedInt64();
                if (strict && count != state.Count)
                    throw new ArgumentException($"Mismatched state_dict sizes: expected {state.Count}, but found {count} entries.");
                for (long i = 0; i < count; i++)
                {
                    string name = reader.ReadString();
                    bool found = state.TryGetValue(name, out Tensor? tensor);
                    if (strict && !found)
                        throw new ArgumentException($"Mismatched module state names: the target modules does not have a submodule or buffer named '{name}'");
                    if (found && skip?.Contains(name) != true)
                        tensor!.Load(reader);
                    else
                        TensorExtensionMethods.Load(reader).Dispose();
                    loadedParameters?.Add(name, found);
                }
                return this;
            }

            /// <summary>Gives every tensor new memory; the parameters stay the same objects, so an optimizer may hold them.</summary>
            internal Module Move(Device? device, ScalarType? dtype, bool nonBlocking)
            {
                if (dtype is { } type && !is_floating_point(type))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={type}");
                using IDisposable noGrad = no_grad();
                using DisposeScope scope = NewDisposeScope();
                foreach (Parameter parameter in parameters())
                {
                    Tensor? gradient = parameter.grad;
                    Move(parameter, device, dtype, nonBlocking);
                    if (gradient is not null)
                        parameter.grad = gradient.to(parameter, nonBlocking);
                }
                foreach (Tensor buffer in buffers())
                    Move(buffer, device, dtype, nonBlocking);
                return this;
            }

            private static void Move(Tensor tensor, Device? device, ScalarType? dtype, bool nonBlocking)
            {
                ScalarType type = tensor.is_floating_point() ? dtype ?? tensor.dtype : tensor.dtype;
                Aten.set_data.Change(tensor, tensor.to(type, device ?? tensor.device, non_blocking: nonBlocking));
            }

            private static void ZeroGradient(Parameter parameter)
            {
                using Tensor? gradient = parameter.grad;
                gradient?.zero_();
            }
        }
    }
}
