namespace Denoise.Imaging;

/// <summary>Owns one reference to a VipsImage.</summary>
internal readonly unsafe struct VipsImage : IDisposable
{
    internal nint Handle { get; }

    /// <exception cref="InvalidDataException"><paramref name="handle"/> is null: the call that should have made it failed.</exception>
    internal VipsImage(nint handle) => Handle = handle != 0 ? handle : throw Failure();

    public void Dispose() => VipsNative.Unref(Handle);

    internal byte[] ReadPixels()
    {
        byte* pixels = VipsNative.WriteToMemory(Handle, out nuint size);
        return Take(pixels, size);
    }

    /// <summary>Copies a buffer that libvips allocated, and frees it.</summary>
    internal static byte[] Take(byte* buffer, nuint size)
    {
        if (buffer == null)
            throw Failure();
        byte[] bytes = new ReadOnlySpan<byte>(buffer, checked((int)size)).ToArray();
        VipsNative.Free(buffer);
        return bytes;
    }

    private static InvalidDataException Failure()
    {
        // libvips keeps one log for all threads, so its text may be another file's; it is cleared lest it grow.
        VipsNative.ClearErrors();
        return new InvalidDataException("its data is damaged or cut short");
    }
}
