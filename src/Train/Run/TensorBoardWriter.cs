using Google.Protobuf;
using Tensorboard;
using TorchSharp.Utils;

namespace Denoise.Train;

/// <summary>Writes the figures of a run as an event file for TensorBoard, one step for each epoch.</summary>
/// <remarks>The messages are TorchSharp's. Its SummaryWriter is not used: its times are not TensorBoard's, and its pictures need
/// SkiaSharp's native library, which it does not bring for Linux. Each start of a run begins a new file, and says from which step on it
/// counts, so TensorBoard drops these steps from earlier files. A record that a crash cuts short is left out by the reader.</remarks>
internal sealed class TensorBoardWriter : IDisposable
{
    private readonly FileStream _file;

    /// <param name="folder">The run's folder, which gives the run its name in TensorBoard.</param>
    /// <param name="firstEpoch">The next epoch that will be written.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public TensorBoardWriter(string folder, int firstEpoch)
    {
        // In ticks, so that a later start has a later name.
        string name = $"events.out.tfevents.{DateTime.UtcNow.Ticks}.{Environment.MachineName}";
        _file = new(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Append(new Event { FileVersion = "brain.Event:2" });
        Append(new Event { Step = firstEpoch, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        _file.Flush();
    }

    /// <summary>Writes an epoch, readable at once.</summary>
    public void Write(EpochMetrics epoch, Picture samples)
    {
        var summary = new Summary();
        foreach (var (tag, value) in Scalars(epoch))
            summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        summary.Value.Add(new Summary.Types.Value
        {
            Tag = "samples",
            Image = new Summary.Types.Image
            {
                Height = samples.Height, Width = samples.Width, Colorspace = samples.Channels,
                EncodedImageString = ByteString.CopyFrom(PictureFile.EncodePng(samples)),
            },
        });
        Append(new Event { Step = epoch.Epoch, Summary = summary });
        _file.Flush();
    }

    private static IEnumerable<(string Tag, double Value)> Scalars(EpochMetrics epoch)
    {
        yield return ("loss/train", epoch.TrainMse);
        if (epoch.ValidationMse is { } validation)
            yield return ("loss/validation", validation);
        yield return ("loss/test", epoch.TestMse);
        yield return ("psnr/test", epoch.TestPsnr);
        yield return ("learning_rate", epoch.LearningRate);
        yield return ("images_per_second", epoch.ImagesPerSecond);
    }

    /// <summary>A TFRecord: the length, its checksum, the message, its checksum.</summary>
    private void Append(Event message)
    {
        message.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        byte[] content = message.ToByteArray(), length = BitConverter.GetBytes((long)content.Length);
        foreach (byte[] part in new[] { length, CheckSum(length), content, CheckSum(content) })
            _file.Write(part);
    }

    private static byte[] CheckSum(byte[] bytes) =>
        BitConverter.GetBytes(BitOperations.RotateRight(CRC32C.process(bytes), 15) + 0xA282EAD8);

    public void Dispose() => _file.Dispose();
}
