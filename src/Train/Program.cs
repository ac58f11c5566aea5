using Denoise.CommandLine;
using Denoise.Train;

return ToolHost.Run(TrainCommand.Command(), args, TrainCommand.Run, (NoisyCommand.Command(), NoisyCommand.Run));
