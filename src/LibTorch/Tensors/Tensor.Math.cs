using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public enum RoundingMode
    {
        None = 0,
        trunc = 1,
        floor = 2,
    }

    // Element by element. A trailing underscore changes the tensor itself; shapes broadcast.
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Aten.add_Tensor.Call(this, target);
        public Tensor add(Tensor target, Scalar alpha) => Aten.add_Tensor.Call(this, target, alpha);
        public Tensor add(Scalar scalar) => Aten.add_Scalar.Call(this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Aten.add_Scalar.Call(this, scalar, alpha);
        public Tensor add_(Tensor target) => Aten.add__Tensor.Change(this, target);
        public Tensor add_(Tensor target, Scalar alpha) => Aten.add__Tensor.Change(this, target, alpha);
        public Tensor add_(Scalar scalar) => Aten.add__Scalar.Change(this, scalar);
        public Tensor add_(Scalar scalar, Scalar alpha) => Aten.add__Scalar.Change(this, scalar, alpha);

        public Tensor sub(Tensor target) => Aten.sub_Tensor.Call(this, target);
        public Tensor sub(Scalar target) => Aten.sub_Scalar.Call(this, target);
        public Tensor sub_(Tensor target) => Aten.sub__Tensor.Change(this, target);
        public Tensor sub_(Scalar target) => Aten.sub__Scalar.Change(this, target);

        public Tensor mul(Tensor target) => Aten.mul_Tensor.Call(this, target);
        public Tensor mul(Scalar target) => Aten.mul_Scalar.Call(this, target);
        public Tensor mul_(Tensor target) => Aten.mul__Tensor.Change(this, target);
        public Tensor mul_(Scalar target) => Aten.mul__Scalar.Change(this, target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Aten.div_Tensor_mode.Call(this, target, Mode(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Aten.div_Scalar_mode.Call(this, target, Mode(rounding_mode));
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Aten.div__Tensor_mode.Change(this, target, Mode(rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Aten.div__Scalar_mode.Change(this, target, Mode(rounding_mode));

        public Tensor remainder(Tensor target) => Aten.remainder_Tensor.Call(this, target);
        public Tensor remainder(Scalar scalar) => Aten.remainder_Scalar.Call(this, scalar);

        public Tensor pow(Tensor exponent) => Aten.pow_Tensor_Tensor.Call(this, exponent);
        public Tensor pow(Scalar exponent) => Aten.pow_Tensor_Scalar.Call(this, exponent);
        public Tensor pow_(Tensor exponent) => Aten.pow__Tensor.Change(this, exponent);
        public Tensor pow_(Scalar exponent) => Aten.pow__Scalar.Change(this, exponent);

        /// <summary>this + value * tensor1 * tensor2</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul.Call(this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul_.Change(this, tensor1, tensor2, value);

        /// <summary>this + value * tensor1 / tensor2</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv.Call(this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Aten.addcdiv.Call(this, tensor1, tensor2);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv_.Change(this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Aten.addcdiv_.Change(this, tensor1, tensor2);

        /// <summary>this + weight * (end - this)</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Aten.lerp_Tensor.Call(this, end, weight);
        public Tensor lerp_(Tensor end, Tensor weight) => Aten.lerp__Tensor.Change(this, end, weight);

        public Tensor abs() => Aten.abs.Call(this);
        public Tensor abs_() => Aten.abs_.Change(this);
        public Tensor ceil() => Aten.ceil.Call(this);
        public Tensor cos() => Aten.cos.Call(this);
        public Tensor exp() => Aten.exp.Call(this);
        public Tensor exp_() => Aten.exp_.Change(this);
        public Tensor floor() => Aten.floor.Call(this);
        public Tensor floor_() => Aten.floor_.Change(this);
        public Tensor log() => Aten.log.Call(this);
        public Tensor log_() => Aten.log_.Change(this);
        public Tensor log10() => Aten.log10.Call(this);
        public Tensor neg() => Aten.neg.Call(this);
        public Tensor neg_() => Aten.neg_.Change(this);
        public Tensor negative() => neg();
        public Tensor reciprocal() => Aten.reciprocal.Call(this);
        public Tensor reciprocal_() => Aten.reciprocal_.Change(this);
        public Tensor round(long decimals = 0L) => Aten.round_decimals.Call(this, decimals);
        public Tensor round_(long decimals = 0L) => Aten.round__decimals.Change(this, decimals);
        public Tensor rsqrt() => Aten.rsqrt.Call(this);
        public Tensor sign() => Aten.sign.Call(this);
        public Tensor sin() => Aten.sin.Call(this);
        public Tensor sqrt() => Aten.sqrt.Call(this);
        public Tensor sqrt_() => Aten.sqrt_.Change(this);
        public Tensor square() => pow(2);
        public Tensor tanh() => Aten.tanh.Call(this);
        public Tensor trunc() => Aten.trunc.Call(this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.clamp.Call(this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Aten.clamp_Tensor.Call(this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Aten.clamp_.Change(this, min, max);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Aten.clamp__Tensor.Change(this, min, max);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);
        public Tensor clamp_min(Scalar min) => clamp(min, null);
        public Tensor clamp_max(Scalar max) => clamp(null, max);
        public Tensor maximum(Tensor other) => Aten.maximum.Call(this, other);
        public Tensor minimum(Tensor other) => Aten.minimum.Call(this, other);

        public Tensor relu() => Aten.relu.Call(this);
        public Tensor relu_() => Aten.relu_.Change(this);
        public Tensor leaky_relu(Scalar negative_slope) => Aten.leaky_relu.Call(this, negative_slope);
        public Tensor leaky_relu_(Scalar negative_slope) => Aten.leaky_relu_.Change(this, negative_slope);
        public Tensor sigmoid() => Aten.sigmoid.Call(this);
        public Tensor sigmoid_() => Aten.sigmoid_.Change(this);

        public Tensor matmul(Tensor target) => Aten.matmul.Call(this, target);
        public Tensor mm(Tensor target) => Aten.mm.Call(this, target);

        public Tensor fill_(Scalar value) => Aten.fill__Scalar.Change(this, value);
        public Tensor zero_() => Aten.zero_.Change(this);

        private static Value Mode(RoundingMode mode) => mode == RoundingMode.None ? default : (Value)mode.ToString();
    }
}
