using Denoise.CommandLine;
using Denoise.Export.Tool;

return ToolHost.Run(ExportCommand.Command(), args, ExportCommand.Run, (ConvertCommand.Command(), ConvertCommand.Run));
