using Denoise.CommandLine;
using Denoise.Train;

OpenMp.WaitPassively();
return ToolHost.Run(TrainCommand.Command(), args, TrainCommand.Run, (NoisyCommand.Command(), NoisyCommand.Run));
