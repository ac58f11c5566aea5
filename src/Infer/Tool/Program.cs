using Denoise.CommandLine;
using Denoise.Infer.Tool;

OnnxRuntimeTelemetry.TurnOff();
return ToolHost.Run(InferRequest.Command(), args, (parsed, cancellation) => InferCommand.Run(new(parsed), cancellation),
    (Doctor.Command(), (_, _) => DoctorCommand.Run()));
