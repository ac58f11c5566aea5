using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers of its own. Not for two threads at once.</summary>
    public class Generator : IDisposable
    {
        public IntPtr Handle { get; private set; }

        public Device device { get; }

        /// <param name="seed">The same seed gives the same numbers, on the same kind of device.</param>
        /// <param name="device">Where the tensors it fills are; the CPU when null.</param>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            Handle = Checked(dt_generator_new(seed, (int)this.device.type, this.device.index));
        }

        private Generator(IntPtr handle) => (Handle, device) = (handle, CPU);

        ~Generator() => Dispose(false);

        /// <summary>The generator that CPU functions use when they are given none.</summary>
        public static Generator Default => new(Checked(dt_generator_default((int)DeviceType.CPU, -1)));

        /// <summary>All of its state, as bytes on the CPU.</summary>
        public Tensor get_state()
        {
            Tensor state = new(Checked(dt_generator_state(Handle)));
            GC.KeepAlive(this);
            return state;
        }

        /// <summary>Continues where <see cref="get_state"/> was called.</summary>
        public void set_state(Tensor value)
        {
            Op.Check(dt_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
        }

        public Generator manual_seed(long seed)
        {
            Op.Check(dt_generator_seed(Handle, (ulong)seed));
            return this;
        }

        /// <summary>Seeds it from the clock and returns that seed.</summary>
        public long seed()
        {
            long seed = DateTime.UtcNow.Ticks;
            manual_seed(seed);
            return seed;
        }

        public long initial_seed()
        {
            ulong seed = dt_generator_initial_seed(Handle);
            GC.KeepAlive(this);
            return (long)seed;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (Handle != 0)
                dt_generator_free(Handle);
            Handle = 0;
        }

        private static IntPtr Checked(IntPtr handle) => handle != 0 ? handle : throw Op.Failure();
    }

    /// <summary>Seeds the default generators, the GPUs' included, and returns the CPU's.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static long seed() => random.seed();

    public static long initial_seed() => random.initial_seed();

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static partial class random
    {
        public static long seed() => Generator.Default.seed();

        public static long initial_seed() => Generator.Default.initial_seed();

        public static Generator manual_seed(long seed)
        {
            Op.Check(dt_manual_seed((ulong)seed));
            return Generator.Default;
        }

        public static Tensor get_rng_state() => Generator.Default.get_state();

        public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);
    }
}
