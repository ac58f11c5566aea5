using Denoise.Export.Tool;

OnnxRuntimeTelemetry.TurnOff();
return ToolHost.Run(ExportCommand.Command(), args, ExportCommand.Run, (ConvertCommand.Command(), ConvertCommand.Run));
