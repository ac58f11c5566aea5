// Threads, random numbers and CUDA.
#include "shim.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>

#include <mutex>

DT_API int32_t dt_num_threads() {
  return at::get_num_threads();
}

DT_API int32_t dt_set_num_threads(int32_t count) {
  return dt::attempt([&] { at::set_num_threads(count); });
}

DT_API int32_t dt_num_interop_threads() {
  return at::get_num_interop_threads();
}

DT_API int32_t dt_set_num_interop_threads(int32_t count) {
  return dt::attempt([&] { at::set_num_interop_threads(count); });
}

// Seeds the default generators, the GPUs' included.
DT_API int32_t dt_manual_seed(uint64_t seed) {
  return dt::attempt([&] { at::manual_seed(seed); });
}

DT_API at::Generator* dt_generator_default(int32_t device_type, int32_t device_index) {
  return dt::guard<at::Generator*>(nullptr, [&] {
    const c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    return new at::Generator(at::globalContext().defaultGenerator(device));
  });
}

DT_API at::Generator* dt_generator_new(uint64_t seed, int32_t device_type, int32_t device_index) {
  return dt::guard<at::Generator*>(nullptr, [&] {
    const c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    auto generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    return new at::Generator(generator);
  });
}

DT_API void dt_generator_free(at::Generator* generator) {
  delete generator;
}

DT_API int32_t dt_generator_seed(at::Generator* generator, uint64_t seed) {
  return dt::attempt([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_current_seed(seed);
  });
}

DT_API uint64_t dt_generator_initial_seed(at::Generator* generator) {
  std::lock_guard<std::mutex> lock(generator->mutex());
  return generator->current_seed();
}

DT_API dt::Handle dt_generator_state(at::Generator* generator) {
  return dt::guard<dt::Handle>(nullptr, [&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    return dt::release(generator->get_state());
  });
}

DT_API int32_t dt_generator_set_state(at::Generator* generator, dt::Handle state) {
  return dt::attempt([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_state(dt::borrow(state));
  });
}

DT_API int32_t dt_cuda_available() {
  return dt::guard<int32_t>(0, [] { return torch::cuda::is_available() ? 1 : 0; });
}

DT_API int32_t dt_cudnn_available() {
  return dt::guard<int32_t>(0, [] { return torch::cuda::cudnn_is_available() ? 1 : 0; });
}

DT_API int32_t dt_cuda_device_count() {
  return dt::guard<int32_t>(0, [] { return static_cast<int32_t>(torch::cuda::device_count()); });
}

DT_API int32_t dt_cuda_seed(uint64_t seed, int32_t all_devices) {
  return dt::attempt([&] { all_devices != 0 ? torch::cuda::manual_seed_all(seed) : torch::cuda::manual_seed(seed); });
}

DT_API int32_t dt_cuda_synchronize(int32_t device_index) {
  return dt::attempt([&] { torch::cuda::synchronize(device_index); });
}

// -1 when it failed: newer libtorches refuse once their other TF32 setting was used.
DT_API int32_t dt_tf32(int32_t cudnn) {
  return dt::guard<int32_t>(-1, [&] {
    auto& context = at::globalContext();
    return (cudnn != 0 ? context.allowTF32CuDNN() : context.allowTF32CuBLAS()) ? 1 : 0;
  });
}

DT_API int32_t dt_set_tf32(int32_t cudnn, int32_t allowed) {
  return dt::attempt([&] {
    auto& context = at::globalContext();
    cudnn != 0 ? context.setAllowTF32CuDNN(allowed != 0) : context.setAllowTF32CuBLAS(allowed != 0);
  });
}
