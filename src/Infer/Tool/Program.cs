using Denoise.Infer.Tool;

OnnxRuntimeTelemetry.TurnOff();
return ToolHost.Run(InferOptions.Command(), args, (parsed, cancellation) => InferCommand.Run(InferOptions.Read(parsed), cancellation),
    (Doctor.Command(), (_, _) => DoctorCommand.Run()), (ModelTrial.Command(), ModelTrial.Answer));
