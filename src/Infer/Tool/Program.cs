using Denoise.CommandLine;
using Denoise.Infer.Tool;

return ToolHost.Run(InferRequest.Command(), args, (parsed, cancellation) => InferCommand.Run(new(parsed), cancellation));
