// Adam's step for all parameters at once, in the form of PyTorch's single-tensor implementation.
#include "shim.h"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace {

struct Parameter {
  dt::Handle value;
  dt::Handle exp_avg;
  dt::Handle exp_avg_sq;
  dt::Handle max_exp_avg_sq;  // null without amsgrad
  int64_t step;               // counted up here, for those that have a gradient
};

struct Options {
  double learning_rate;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  int64_t decoupled;  // AdamW: decay the weights themselves, not through the gradient
  int64_t maximize;
};

struct Correction {
  double step_size;
  double denominator;  // sqrt(1 - beta2^step)

  Correction(const Options& options, int64_t step)
      : step_size(options.learning_rate / (1 - std::pow(options.beta1, step))), denominator(std::sqrt(1 - std::pow(options.beta2, step))) {}
};

bool is_plain(const at::Tensor& tensor) {
  return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous() && tensor.layout() == at::kStrided;
}

// One pass over memory instead of one per operator; small networks are bound by the number of operators.
void update_plain(float* value, const float* gradient, float* exp_avg, float* exp_avg_sq, int64_t count, const Options& options, const Correction& correction) {
  const float sign = options.maximize != 0 ? -1.0f : 1.0f;
  const float decay = options.decoupled != 0 ? 0.0f : static_cast<float>(options.weight_decay);
  const float keep = options.decoupled != 0 ? static_cast<float>(1 - options.learning_rate * options.weight_decay) : 1.0f;
  const auto beta1 = static_cast<float>(options.beta1), rest1 = static_cast<float>(1 - options.beta1);
  const auto beta2 = static_cast<float>(options.beta2), rest2 = static_cast<float>(1 - options.beta2);
  const auto eps = static_cast<float>(options.eps), step_size = static_cast<float>(correction.step_size);
  const auto denominator = static_cast<float>(correction.denominator);
  at::parallel_for(0, count, at::internal::GRAIN_SIZE, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const float weight = value[i] * keep;
      const float slope = sign * gradient[i] + decay * weight;
      exp_avg[i] = exp_avg[i] * beta1 + rest1 * slope;
      exp_avg_sq[i] = exp_avg_sq[i] * beta2 + rest2 * slope * slope;
      value[i] = weight - step_size * exp_avg[i] / (std::sqrt(exp_avg_sq[i]) / denominator + eps);
    }
  });
}

void update(at::Tensor& value, at::Tensor gradient, Parameter& parameter, const Options& options, const Correction& correction) {
  at::Tensor exp_avg = dt::borrow(parameter.exp_avg), exp_avg_sq = dt::borrow(parameter.exp_avg_sq);
  at::Tensor max_exp_avg_sq = dt::borrow(parameter.max_exp_avg_sq);
  if (!max_exp_avg_sq.defined() && is_plain(value) && is_plain(gradient) && is_plain(exp_avg) && is_plain(exp_avg_sq)) {
    update_plain(value.data_ptr<float>(), gradient.data_ptr<float>(), exp_avg.data_ptr<float>(), exp_avg_sq.data_ptr<float>(), value.numel(), options, correction);
    value.unsafeGetTensorImpl()->bump_version();
    return;
  }
  if (options.maximize != 0) gradient = -gradient;
  if (options.decoupled != 0) {
    value.mul_(1 - options.learning_rate * options.weight_decay);
  } else if (options.weight_decay != 0) {
    gradient = gradient.add(value, options.weight_decay);
  }
  exp_avg.mul_(options.beta1).add_(gradient, 1 - options.beta1);
  exp_avg_sq.mul_(options.beta2).addcmul_(gradient, gradient, 1 - options.beta2);
  if (max_exp_avg_sq.defined()) max_exp_avg_sq.copy_(at::maximum(max_exp_avg_sq, exp_avg_sq));
  const at::Tensor& second = max_exp_avg_sq.defined() ? max_exp_avg_sq : exp_avg_sq;
  value.addcdiv_(exp_avg, (second.sqrt() / correction.denominator).add_(options.eps), -correction.step_size);
}

}  // namespace

DT_API int32_t dt_adam_step(Parameter* parameters, int32_t count, const Options* options) {
  return dt::attempt([&] {
    c10::NoGradGuard no_grad;
    for (int32_t i = 0; i < count; i++) {
      at::Tensor value = dt::borrow(parameters[i].value);
      const at::Tensor gradient = value.grad();
      if (!gradient.defined()) continue;
      update(value, gradient, parameters[i], *options, Correction(*options, ++parameters[i].step));
    }
  });
}
