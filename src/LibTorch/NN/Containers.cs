using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Modules that each compute from what the one before it computed.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<nn.IModule<Tensor, Tensor>> layers = [];

        internal Sequential() : base(nameof(Sequential)) { }

        protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : this()
        {
            foreach ((string name, nn.Module<Tensor, Tensor> module) in modules)
                append(name, module);
        }

        protected Sequential(params nn.Module<Tensor, Tensor>[] modules) : this()
        {
            foreach (nn.Module<Tensor, Tensor> module in modules)
                append(module);
        }

        public int Count => layers.Count;

        public nn.IModule<Tensor, Tensor> this[int index] => layers[index];

        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            register_module(name, (nn.Module)module);
            layers.Add(module);
            return this;
        }

        /// <summary>Names the module by its number.</summary>
        public Sequential append(nn.IModule<Tensor, Tensor> module) => append(layers.Count.ToString(), module);

        public override Tensor forward(Tensor tensor)
        {
            if (layers.Count == 0)
                return tensor.alias();
            Tensor result = layers[0].call(tensor);
            for (int i = 1; i < layers.Count; i++)
            {
                using Tensor input = result;
                result = layers[i].call(input);
            }
            return result;
        }
    }

    /// <summary>Modules under their numbers.</summary>
    public class ModuleList<T> : nn.Module, IReadOnlyList<T> where T : nn.Module
    {
        private readonly List<T> list;

        public ModuleList(params T[] modules) : base("ModuleList") => list = [.. modules];

        public T this[int index] => list[index];

        public int Count => list.Count;

        /// <summary>Only until the list is registered in a module.</summary>
        public void Add(T item) => list.Add(item);

        public void append(params T[] parameters) => list.AddRange(parameters);

        public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        protected override void RegisterComponents()
        {
            for (int i = named_children().Count(); i < list.Count; i++)
                register_module(i.ToString(), list[i]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Sequential Sequential() => new();

            public static Modules.Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => Sequential(modules.AsEnumerable());

            public static Modules.Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Sequential(modules.AsEnumerable());

            public static Modules.Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
            {
                Modules.Sequential sequence = new();
                foreach ((string name, Module<Tensor, Tensor> module) in modules)
                    sequence.append(name, module);
                return sequence;
            }

            public static Modules.Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
            {
                Modules.Sequential sequence = new();
                foreach (Module<Tensor, Tensor> module in modules)
                    sequence.append(module);
                return sequence;
            }

            public static Modules.ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

            public static Modules.ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
        }
    }
}
