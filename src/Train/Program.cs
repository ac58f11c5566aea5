using Denoise.Train;

NativeSettings.Apply();
return ToolHost.Run(TrainCommand.Command(), args, TrainCommand.Run,
    (NoisyCommand.Command(), NoisyCommand.Run), (BatchesCommand.Command(), BatchesCommand.Run),
    (Doctor.Command(), (_, _) => DoctorCommand.Run()));
