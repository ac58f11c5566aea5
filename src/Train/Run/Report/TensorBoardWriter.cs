using Denoise.Imaging;

namespace Denoise.Train.Report;

/// <summary>Writes the figures of a run as an event file for TensorBoard, one step for each epoch.</summary>
/// <remarks>
/// Each start of a run, resumed or not, begins a new file in the run's folder: TensorBoard reads a folder's files one after
/// the other in the order of their names, which is that of their times. A file says first from which step on it counts, so
/// that what an earlier one holds of these steps is dropped. What was written is handed to the system after every epoch; a
/// record cut short by a crash is left out by the reader.
/// The messages are those of tensorboard/compat/proto/event.proto and summary.proto (https://github.com/tensorflow/tensorboard).
/// </remarks>
internal sealed class TensorBoardWriter : IDisposable
{
    private const int SessionStart = 1; // SessionLog.START

    private readonly TimeProvider _clock;
    private readonly FileStream _file;

    /// <param name="folder">The run's; made if it is missing. TensorBoard calls the run by this name.</param>
    /// <param name="firstEpoch">The next epoch that will be written: 1, or where the run is resumed.</param>
    /// <param name="clock">The system's, unless a test brings another.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public TensorBoardWriter(string folder, int firstEpoch, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        _file = Create(Path.Combine(folder, $"events.out.tfevents.{_clock.GetUtcNow().ToUnixTimeSeconds()}.{Environment.MachineName}"));
        Append(Event(0).Text(3, "brain.Event:2")); // file_version
        Append(Event(firstEpoch).Message(7, new ProtobufMessage().Integer(1, SessionStart))); // session_log.status
        _file.Flush();
    }

    /// <param name="samples">A sheet of pictures, such as <see cref="ContactSheet"/> makes.</param>
    public void Write(EpochMetrics epoch, Picture? samples = null)
    {
        var summary = new ProtobufMessage();
        foreach (var (tag, value) in Scalars(epoch))
            summary.Message(1, new ProtobufMessage().Text(1, tag).Float(2, (float)value)); // value.tag, .simple_value
        if (samples is not null)
            summary.Message(1, new ProtobufMessage().Text(1, "samples").Message(4, Image(samples))); // value.tag, .image
        Append(Event(epoch.Epoch).Message(5, summary));
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

    private static ProtobufMessage Image(Picture picture) => new ProtobufMessage()
        .Integer(1, picture.Height).Integer(2, picture.Width).Integer(3, picture.Channels) // colorspace: 1 grey, 3 RGB
        .Bytes(4, PictureFile.EncodePng(picture)); // encoded_image_string

    private ProtobufMessage Event(long step) =>
        new ProtobufMessage().Double(1, _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).Integer(2, step); // wall_time, step

    private void Append(ProtobufMessage message) => _file.Write(RecordFraming.Frame(message.ToArray()));

    /// <summary>A second start within the same second takes the next name in order.</summary>
    private static FileStream Create(string path)
    {
        string free = Enumerable.Range(0, int.MaxValue).Select(n => n == 0 ? path : $"{path}.{n}").First(p => !File.Exists(p));
        return new(free, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    public void Dispose() => _file.Dispose();
}
