using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of native/*.cpp. A failed call leaves its message in <see cref="LastError"/>.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "denoise_torch";

    internal static string LastError => Marshal.PtrToStringUTF8(dt_last_error())!;

    [LibraryImport(Library)] private static partial nint dt_last_error();

    // Operators
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial nint dt_op_find(string name, string overload);
    [LibraryImport(Library)] internal static partial long* dt_op_call(nint op, long* words, int word_count, int keep_results, int* result_count);

    // Tensors
    [LibraryImport(Library)] internal static partial void dt_tensor_free(nint tensor);
    [LibraryImport(Library)] internal static partial nint dt_tensor_alias(nint tensor);
    [LibraryImport(Library)] internal static partial int dt_tensor_info(nint tensor, TensorInfo* info);
    [LibraryImport(Library)] internal static partial long* dt_tensor_sizes(nint tensor);
    [LibraryImport(Library)] internal static partial long* dt_tensor_strides(nint tensor);
    [LibraryImport(Library)] internal static partial void* dt_tensor_data(nint tensor);
    [LibraryImport(Library)] internal static partial nint dt_tensor_from_memory(void* data, long* sizes, int dimensions, int dtype,
        delegate* unmanaged<nint, void> release, nint context);

    // Autograd
    [LibraryImport(Library)] internal static partial int dt_tensor_set_requires_grad(nint tensor, int requires_grad);
    [LibraryImport(Library)] internal static partial nint dt_tensor_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int dt_tensor_set_grad(nint tensor, nint gradient);
    [LibraryImport(Library)] internal static partial int dt_zero_grad(nint* tensors, int count);
    [LibraryImport(Library)] internal static partial int dt_backward(nint tensor, nint gradient, int retain_graph, int create_graph);
    [LibraryImport(Library)] internal static partial int dt_grad_enabled();
    [LibraryImport(Library)] internal static partial void dt_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial nint dt_inference_mode_enter(int enabled);
    [LibraryImport(Library)] internal static partial void dt_inference_mode_leave(nint guard);
    [LibraryImport(Library)] internal static partial int dt_inference_mode_enabled();
    [LibraryImport(Library)] internal static partial int dt_adam_step(AdamParameter* parameters, int count, AdamOptions* options);

    // Random numbers
    [LibraryImport(Library)] internal static partial int dt_manual_seed(ulong seed);
    [LibraryImport(Library)] internal static partial nint dt_generator_default(int device_type, int device_index);
    [LibraryImport(Library)] internal static partial nint dt_generator_new(ulong seed, int device_type, int device_index);
    [LibraryImport(Library)] internal static partial void dt_generator_free(nint generator);
    [LibraryImport(Library)] internal static partial int dt_generator_seed(nint generator, ulong seed);
    [LibraryImport(Library)] internal static partial ulong dt_generator_initial_seed(nint generator);
    [LibraryImport(Library)] internal static partial nint dt_generator_state(nint generator);
    [LibraryImport(Library)] internal static partial int dt_generator_set_state(nint generator, nint state);

    // Threads and devices
    [LibraryImport(Library)] internal static partial int dt_num_threads();
    [LibraryImport(Library)] internal static partial int dt_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int dt_num_interop_threads();
    [LibraryImport(Library)] internal static partial int dt_set_num_interop_threads(int count);
    [LibraryImport(Library)] internal static partial int dt_cuda_available();
    [LibraryImport(Library)] internal static partial int dt_cudnn_available();
    [LibraryImport(Library)] internal static partial int dt_cuda_device_count();
    [LibraryImport(Library)] internal static partial int dt_cuda_seed(ulong seed, int all_devices);
    [LibraryImport(Library)] internal static partial int dt_cuda_synchronize(int device_index);
    [LibraryImport(Library)] internal static partial int dt_tf32(int cudnn);
    [LibraryImport(Library)] internal static partial int dt_set_tf32(int cudnn, int allowed);
}

/// <summary>Info of native/tensors.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorInfo
{
    internal long Dtype, DeviceType, DeviceIndex, Dimensions, Elements, ElementSize, IsContiguous, RequiresGrad, IsLeaf;
}

/// <summary>Parameter of native/adam.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AdamParameter
{
    internal nint Value, ExpAvg, ExpAvgSq, MaxExpAvgSq;
    internal long Step;
}

/// <summary>Options of native/adam.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AdamOptions
{
    internal double LearningRate, Beta1, Beta2, Eps, WeightDecay;
    internal long Decoupled, Maximize;
}
