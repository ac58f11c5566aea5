using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static int get_num_threads() => dt_num_threads();

    /// <summary>How many threads one operator may use.</summary>
    public static void set_num_threads(int num) => Op.Check(dt_set_num_threads(num));

    public static int get_num_interop_threads() => dt_num_interop_threads();

    /// <exception cref="System.Runtime.InteropServices.ExternalException">Called a second time, or after parallel work began.</exception>
    public static void set_num_interop_threads(int num) => Op.Check(dt_set_num_interop_threads(num));

    public static bool cuda_is_available() => cuda.is_available();

    public static partial class cuda
    {
        public static bool is_available() => dt_cuda_available() != 0;

        public static bool is_cudnn_available() => dt_cudnn_available() != 0;

        public static int device_count() => dt_cuda_device_count();

        public static void manual_seed(long seed) => Op.Check(dt_cuda_seed((ulong)seed, 0));

        public static void manual_seed_all(long seed) => Op.Check(dt_cuda_seed((ulong)seed, 1));

        /// <summary>Waits until everything queued on the GPU is done.</summary>
        public static void synchronize(Device? device = null) => Op.Check(dt_cuda_synchronize(device?.index ?? -1));
    }

    public static partial class backends
    {
        private static bool Tf32(int cudnn)
        {
            int allowed = dt_tf32(cudnn);
            return allowed >= 0 ? allowed != 0 : throw Op.Failure();
        }

        public static partial class cuda
        {
            public static partial class matmul
            {
                /// <summary>Whether matrix products may round their factors to 10 bits; about 1e-3 of error.</summary>
                public static bool allow_tf32
                {
                    get => Tf32(0);
                    set => Op.Check(dt_set_tf32(0, value ? 1 : 0));
                }
            }
        }

        public static partial class cudnn
        {
            /// <summary>Whether convolutions may round their factors to 10 bits; about 1e-3 of error.</summary>
            public static bool allow_tf32
            {
                get => Tf32(1);
                set => Op.Check(dt_set_tf32(1, value ? 1 : 0));
            }
        }
    }
}
