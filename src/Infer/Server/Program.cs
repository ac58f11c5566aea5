using Denoise.Infer.Server;

OnnxRuntimeTelemetry.TurnOff();
return ToolHost.Run(ServeOptions.Command(), args, (parsed, stop) => ServeCommand.Run(ServeOptions.Read(parsed), stop),
    (ModelTrial.Command(), ModelTrial.Answer));
