namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public interface IModule<T, TResult>
            {
                TResult call(T input1);
            }

            public interface IModule<T1, T2, TResult>
            {
                TResult call(T1 input1, T2 input2);
            }

            /// <summary>A module that computes.</summary>
            public abstract class Module<T, TResult> : Module, IModule<T, TResult>
            {
                protected Module(string name) : base(name) { }

                public abstract TResult forward(T input);

                public TResult call(T input) => forward(input);
            }

            /// <summary>A module that computes from two inputs, such as a loss.</summary>
            public abstract class Module<T1, T2, TResult> : Module, IModule<T1, T2, TResult>
            {
                protected Module(string name) : base(name) { }

                public abstract TResult forward(T1 input1, T2 input2);

                public TResult call(T1 input1, T2 input2) => forward(input1, input2);
            }
        }
    }

    public static class ModuleExtensionMethods
    {
        public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module.Move(null, type, non_blocking);

        public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module.Move(device, type, non_blocking);

        public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module.Move(new torch.Device(deviceType, deviceIndex), null, non_blocking);

        public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module.Move(device, null, non_blocking);

        public static T to<T>(this T module, string device, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module.Move(new torch.Device(device), null, non_blocking);

        public static T cpu<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module.Move(torch.CPU, null, non_blocking);

        public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module.Move(new torch.Device(DeviceType.CUDA, deviceIndex), null, non_blocking);
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A layer without parameters.</summary>
    public abstract class ParameterLessModule<T1, TResult> : torch.nn.Module<T1, TResult>
    {
        protected ParameterLessModule(string name) : base(name) { }
    }
}
