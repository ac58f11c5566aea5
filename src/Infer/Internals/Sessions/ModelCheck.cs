namespace Denoise.Infer;

/// <summary>Checks a model before ONNX Runtime gets it: its size, and the further files that it names.</summary>
/// <remarks>ONNX Runtime itself refuses a symbolic link that leads out of the model's folder.</remarks>
internal static class ModelCheck
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The model is too large, or its weights are elsewhere or missing.</exception>
    internal static void Check(string path, long mostBytes)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model {path}.", path);
        using FileStream stream = File.OpenRead(path);
        if (!stream.CanSeek)
            throw new InvalidDataException($"{path} is not a file on a disk.");
        long bytes = stream.Length;
        CheckLength(bytes, mostBytes, path);
        foreach (string location in ExternalData.LocationsIn(stream, path))
        {
            bytes += LengthOf(location, path);
            CheckLength(bytes, mostBytes, path);
        }
    }

    /// <exception cref="InvalidDataException">The model is too large, or has weights in other files.</exception>
    internal static void Check(byte[] model, long mostBytes, string name)
    {
        CheckLength(model.LongLength, mostBytes, name);
        // ONNX Runtime would look for them in the working folder.
        if (ExternalData.LocationsIn(new MemoryStream(model), name).FirstOrDefault() is { } location)
            throw new InvalidDataException($"{name} keeps weights in a file of their own, {location}, and can only be loaded by its path.");
    }

    /// <summary>Reads a stream to its end, or until it is certain that it is too long.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    internal static byte[] Read(Stream model, long mostBytes, string name)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = model.Read(buffer)) > 0;)
        {
            CheckLength(bytes.Length + read, Math.Min(mostBytes, Array.MaxLength), name);
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    private static void CheckLength(long bytes, long mostBytes, string name)
    {
        if (bytes > mostBytes)
            throw new InvalidDataException($"{name} has more than {mostBytes} bytes, the most that DenoiserOptions.MaxModelBytes allows.");
    }

    private static long LengthOf(string location, string path)
    {
        // Whatever system wrote it, and whatever system this is.
        if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
            throw new InvalidDataException($"{path} keeps weights in '{location}': expected a path below its own folder, without '..'.");
        var file = new FileInfo(Path.Join(Path.GetDirectoryName(path), location));
        return file.Exists
            ? ((FileInfo)(file.ResolveLinkTarget(returnFinalTarget: true) ?? file)).Length
            : throw new InvalidDataException($"{path} keeps weights in '{location}', and there is no such file.");
    }
}
