using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Parameters, buffers and further modules, each under a name.</summary>
        public partial class Module : IDisposable
        {
            private readonly OrderedDictionary<string, Module> submodules = [];
            private readonly OrderedDictionary<string, Parameter> ownParameters = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> ownBuffers = [];
            private bool componentsRegistered;

            protected string? name;

            protected Module(string name) => this.name = name;

            public virtual string GetName() => name ?? GetType().Name;

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                    throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                if (!ownParameters.TryAdd(name, param))
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
            }

            /// <summary>A layer's own parameter: it lives as long as the layer, whatever dispose scope it was made in.</summary>
            internal Parameter AddParameter(string name, Tensor data)
            {
                Parameter parameter = new(data.DetachFromDisposeScope());
                register_parameter(name, parameter);
                return parameter;
            }

            internal Tensor AddBuffer(string name, Tensor tensor)
            {
                register_buffer(name, tensor.DetachFromDisposeScope());
                return tensor;
            }

            /// <param name="name">Its name in the state.</param>
            /// <param name="tensor">What no optimizer changes.</param>
            /// <param name="persistent">Whether it is part of the state that is saved.</param>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                    throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                if (!ownBuffers.TryAdd(name, (tensor, persistent)))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
            }

            public virtual void register_module(string name, Module submodule)
            {
                ArgumentException.ThrowIfNullOrEmpty(name);
                if (name.Contains('.'))
                    throw new ArgumentException($"module name can't contain \".\", got: {name}");
                submodule.RegisterComponents();
                if (!submodules.TryAdd(name, submodule))
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
            }

            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers every field that is a module, a parameter or a tensor, under the field's name.</summary>
            protected virtual void RegisterComponents()
            {
                if (componentsRegistered)
                    return;
                componentsRegistered = true;
                foreach (FieldInfo field in Fields(GetType()))
                    Register(field.Name, field.GetValue(this));
            }

            private void Register(string name, object? value)
            {
                // What a constructor has registered already keeps the name it got there.
                if (value is Module module && !submodules.Values.Contains(module))
                    register_module(name, module);
                else if (value is Parameter parameter && !ownParameters.Values.Any(p => ReferenceEquals(p, parameter)))
                    register_parameter(name, parameter);
                else if (value is Tensor tensor and not Modules.Parameter && !ownBuffers.Values.Any(b => ReferenceEquals(b.Tensor, tensor)))
                    register_buffer(name, tensor);
            }

            private static IEnumerable<FieldInfo> Fields(Type type)
            {
                for (Type? t = type; t is not null && t != typeof(Module); t = t.BaseType)
                    foreach (FieldInfo field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                        yield return field;
            }

            /// <summary>This module's own, then those of the modules in it, as "module.parameter".</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                IEnumerable<(string, Parameter)> own = ownParameters.Select(p => (p.Key, p.Value));
                return recurse ? own.Concat(Below(m => m.named_parameters())).DistinctBy(p => p.Item2.Handle) : own;
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                IEnumerable<(string, Tensor)> own = ownBuffers
                    .Where(b => b.Value.Persistent || include_nonpersistent).Select(b => (b.Key, b.Value.Tensor));
                return recurse ? own.Concat(Below(m => m.named_buffers(true, include_nonpersistent))).DistinctBy(b => b.Item2.Handle) : own;
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => submodules.Select(m => (m.Key, m.Value));

            public virtual IEnumerable<Module> children() => named_children().Select(m => m.module);

            /// <summary>The modules in this one and in those, without this one.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules() => named_children().Concat(Below(m => m.named_modules()));

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(p => p.name == target).parameter;

            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(b => b.name == target).buffer;

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            /// <summary>Calls <paramref name="fn"/> on the modules in this one, innermost first, and on this one last.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (Module module in children())
                    module.apply(fn);
                fn(this);
                return this;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Disposes of the parameters, the buffers and the modules in it.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (Parameter parameter in ownParameters.Values)
                    parameter.Dispose();
                foreach ((Tensor buffer, _) in ownBuffers.Values)
                    buffer.Dispose();
                foreach (Module module in submodules.Values)
                    module.Dispose();
            }

            private IEnumerable<(string, T)> Below<T>(Func<Module, IEnumerable<(string, T)>> inside) =>
                named_children().SelectMany(child => inside(child.module).Select(found => ($"{child.name}.{found.Item1}", found.Item2)));
        }
    }
}
