// The C ABI between the C# binding and libtorch: handles in, handles out, no exception across.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <utility>

#define DT_API extern "C" __attribute__((visibility("default")))

namespace dt {

// What went wrong in the last call on this thread that reported a failure.
inline thread_local std::string last_error;

// Runs `body`; an exception becomes `last_error` and the return value `failed`.
template <class T, class Body>
T guard(T failed, Body&& body) noexcept {
  try {
    return body();
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "libtorch threw something that is not an exception";
  }
  return failed;
}

// As guard, for bodies without a result: 1 done, 0 failed.
template <class Body>
int32_t attempt(Body&& body) noexcept {
  return guard<int32_t>(0, [&] {
    body();
    return 1;
  });
}

// A handle is an owned reference to the tensor itself, so two handles are equal when their tensor is the same one.
using Handle = c10::TensorImpl*;
using Reference = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

// The tensor behind a handle, which keeps its own reference; undefined for null.
inline at::Tensor borrow(Handle handle) {
  return handle == nullptr ? at::Tensor() : at::Tensor(Reference::unsafe_reclaim_from_nonowning(handle));
}

// Hands a tensor over to the caller; null for an undefined one.
inline Handle release(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

}  // namespace dt
