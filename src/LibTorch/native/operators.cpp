// Every operator libtorch has, called by name through its dispatcher: the schema fills in the trailing defaults,
// so one binding serves every version of libtorch.
#include "shim.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

#include <cstring>
#include <vector>

namespace {

// Arguments and results travel as 64-bit words: a tag, then its payload. Keep in step with Value.cs.
enum Tag : int64_t {
  None = 0,                // -
  Tensor = 1,              // handle
  Int = 2,                 // value
  Double = 3,              // bits
  Bool = 4,                // 0 or 1
  IntList = 5,             // count, values
  DoubleList = 6,          // count, bits
  TensorList = 7,          // count, handles
  OptionalTensorList = 8,  // count, handles, null for none
  Device = 9,              // type, index
  Generator = 10,          // at::Generator*
  String = 11,             // count of bytes, UTF-8 bytes padded to whole words
};

double as_double(int64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

int64_t as_bits(double value) {
  int64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

class Words {
 public:
  Words(const int64_t* words, int64_t count) : next_(words), end_(words + count) {}

  bool empty() const { return next_ == end_; }

  c10::IValue value() {
    switch (const int64_t tag = word()) {
      case None: return {};
      case Tensor: return tensor();
      case Int: return word();
      case Double: return as_double(word());
      case Bool: return word() != 0;
      case IntList: return list<int64_t>([&] { return word(); });
      case DoubleList: return list<double>([&] { return as_double(word()); });
      case TensorList: return list<at::Tensor>([&] { return tensor(); });
      case OptionalTensorList: return optional_tensors();
      case Device: return device();
      case Generator: return *reinterpret_cast<at::Generator*>(word());
      case String: return string();
      default: TORCH_CHECK(false, "Unknown argument tag ", tag);
    }
  }

 private:
  int64_t word() { return *next_++; }

  at::Tensor tensor() { return dt::borrow(reinterpret_cast<dt::Handle>(word())); }

  template <class T, class Read>
  c10::List<T> list(Read read) {
    const int64_t count = word();
    c10::List<T> values;
    values.reserve(count);
    for (int64_t i = 0; i < count; i++) values.push_back(read());
    return values;
  }

  c10::IValue optional_tensors() {
    const int64_t count = word();
    c10::impl::GenericList values(c10::OptionalType::create(c10::TensorType::get()));
    for (int64_t i = 0; i < count; i++) {
      at::Tensor value = tensor();
      values.push_back(value.defined() ? c10::IValue(value) : c10::IValue());
    }
    return values;
  }

  c10::IValue device() {
    const auto type = static_cast<c10::DeviceType>(word());
    return c10::Device(type, static_cast<c10::DeviceIndex>(word()));
  }

  c10::IValue string() {
    const int64_t bytes = word();
    std::string text(reinterpret_cast<const char*>(next_), bytes);
    next_ += (bytes + 7) / 8;
    return text;
  }

  const int64_t* next_;
  const int64_t* end_;
};

torch::jit::Stack read_arguments(const c10::OperatorHandle& op, Words words) {
  const auto& arguments = op.schema().arguments();
  torch::jit::Stack stack;
  stack.reserve(arguments.size());
  while (!words.empty()) stack.push_back(words.value());
  TORCH_CHECK(stack.size() <= arguments.size(), op.operator_name(), " takes ", arguments.size(), " arguments, not ", stack.size());
  for (size_t i = stack.size(); i < arguments.size(); i++) {
    const auto& value = arguments[i].default_value();
    TORCH_CHECK(value.has_value(), op.operator_name(), " needs argument ", arguments[i].name());
    stack.push_back(*value);
  }
  return stack;
}

using Results = std::vector<int64_t>;

void write(Results& results, Tag tag, int64_t bits) {
  results.push_back(tag);
  results.push_back(bits);
}

// A list of tensors is written as so many tensors.
void write(Results& results, c10::IValue value) {
  if (value.isTensor()) {
    write(results, Tensor, reinterpret_cast<int64_t>(dt::release(std::move(value).toTensor())));
  } else if (value.isInt()) {
    write(results, Int, value.toInt());
  } else if (value.isDouble()) {
    write(results, Double, as_bits(value.toDouble()));
  } else if (value.isBool()) {
    write(results, Bool, value.toBool());
  } else if (value.isTensorList()) {
    for (at::Tensor tensor : value.toTensorVector()) write(results, std::move(tensor));
  } else {
    TORCH_CHECK(value.isNone(), "A result of type ", value.tagKind(), " cannot be handed over");
  }
}

}  // namespace

// Null when this libtorch has no such operator. Never freed: operators live as long as the process.
DT_API const c10::OperatorHandle* dt_op_find(const char* name, const char* overload) {
  return dt::guard<const c10::OperatorHandle*>(nullptr, [&] {
    const auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    TORCH_CHECK(found.has_value(), "This libtorch has no operator ", name, " ", overload);
    return new c10::OperatorHandle(*found);
  });
}

// Calls `op` with the arguments in `words`. The results, two words each, stay valid until the next call on this
// thread; null when it failed. With `keep_results` 0 they are dropped, as in-place operators only return their argument.
DT_API const int64_t* dt_op_call(const c10::OperatorHandle* op, const int64_t* words, int32_t word_count, int32_t keep_results, int32_t* result_count) {
  static thread_local Results results;
  return dt::guard<const int64_t*>(nullptr, [&]() -> const int64_t* {
    torch::jit::Stack stack = read_arguments(*op, Words(words, word_count));
    op->callBoxed(stack);
    results.assign(2, 0);  // never empty, so that its address is never null
    if (keep_results != 0) {
      results.clear();
      for (auto& value : stack) write(results, std::move(value));
    }
    *result_count = keep_results != 0 ? static_cast<int32_t>(results.size() / 2) : 0;
    return results.data();
  });
}

DT_API const char* dt_last_error() {
  return dt::last_error.c_str();
}
