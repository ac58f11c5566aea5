// What is asked of a tensor often enough to go past the dispatcher, and autograd.
#include "shim.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

namespace {

struct Info {
  int64_t dtype;
  int64_t device_type;
  int64_t device_index;
  int64_t dimensions;
  int64_t elements;
  int64_t element_size;
  int64_t is_contiguous;
  int64_t requires_grad;
  int64_t is_leaf;
};

}  // namespace

DT_API void dt_tensor_free(dt::Handle handle) {
  dt::Reference::reclaim(handle).reset();
}

// Another reference to the same tensor, to be freed on its own.
DT_API dt::Handle dt_tensor_alias(dt::Handle handle) {
  return dt::release(dt::borrow(handle));
}

DT_API int32_t dt_tensor_info(dt::Handle handle, Info* info) {
  return dt::attempt([&] {
    const at::Tensor tensor = dt::borrow(handle);
    const c10::Device device = tensor.device();
    *info = {static_cast<int64_t>(tensor.scalar_type()), static_cast<int64_t>(device.type()), device.index(), tensor.dim(), tensor.numel(),
             static_cast<int64_t>(tensor.element_size()), tensor.is_contiguous(), tensor.requires_grad(), tensor.is_leaf()};
  });
}

// The sizes and strides stay the tensor's: copy them before anything else happens to it.
DT_API const int64_t* dt_tensor_sizes(dt::Handle handle) {
  return dt::guard<const int64_t*>(nullptr, [&] { return dt::borrow(handle).sizes().data(); });
}

DT_API const int64_t* dt_tensor_strides(dt::Handle handle) {
  return dt::guard<const int64_t*>(nullptr, [&] { return dt::borrow(handle).strides().data(); });
}

DT_API void* dt_tensor_data(dt::Handle handle) {
  return dt::guard<void*>(nullptr, [&] { return dt::borrow(handle).data_ptr(); });
}

// A tensor over memory of the caller's, given back through `release_memory` when the last user is gone;
// with no `release_memory`, a copy of it.
DT_API dt::Handle dt_tensor_from_memory(void* data, const int64_t* sizes, int32_t dimensions, int32_t dtype, void (*release_memory)(void*), void* context) {
  return dt::guard<dt::Handle>(nullptr, [&] {
    const at::IntArrayRef shape(sizes, dimensions);
    const auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    return release_memory == nullptr
        ? dt::release(at::from_blob(data, shape, options).clone())
        : dt::release(at::from_blob(data, shape, [=](void*) { release_memory(context); }, options));
  });
}

DT_API int32_t dt_tensor_set_requires_grad(dt::Handle handle, int32_t requires_grad) {
  return dt::attempt([&] { dt::borrow(handle).set_requires_grad(requires_grad != 0); });
}

// Null when there is no gradient.
DT_API dt::Handle dt_tensor_grad(dt::Handle handle) {
  return dt::guard<dt::Handle>(nullptr, [&] { return dt::release(dt::borrow(handle).grad()); });
}

DT_API int32_t dt_tensor_set_grad(dt::Handle handle, dt::Handle gradient) {
  return dt::attempt([&] { dt::borrow(handle).mutable_grad() = dt::borrow(gradient); });
}

// Zeroes the gradients that there are, in place.
DT_API int32_t dt_zero_grad(const dt::Handle* handles, int32_t count) {
  return dt::attempt([&] {
    for (int32_t i = 0; i < count; i++) {
      at::Tensor gradient = dt::borrow(handles[i]).grad();
      if (gradient.defined()) gradient.detach().zero_();
    }
  });
}

DT_API int32_t dt_backward(dt::Handle handle, dt::Handle gradient, int32_t retain_graph, int32_t create_graph) {
  return dt::attempt([&] { dt::borrow(handle).backward(dt::borrow(gradient), retain_graph != 0, create_graph != 0); });
}

DT_API int32_t dt_grad_enabled() {
  return c10::GradMode::is_enabled();
}

DT_API void dt_set_grad_enabled(int32_t enabled) {
  c10::GradMode::set_enabled(enabled != 0);
}

DT_API c10::InferenceMode* dt_inference_mode_enter(int32_t enabled) {
  return new c10::InferenceMode(enabled != 0);
}

DT_API void dt_inference_mode_leave(c10::InferenceMode* guard) {
  delete guard;
}

DT_API int32_t dt_inference_mode_enabled() {
  return c10::InferenceMode::is_enabled();
}
