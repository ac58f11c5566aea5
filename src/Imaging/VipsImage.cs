namespace Denoise.Imaging;

/// <summary>Owns one reference to a VipsImage.</summary>
internal readonly unsafe struct VipsImage : IDisposable
{
    internal nint Handle { get; }

    /// <exception cref="InvalidDataException"><paramref name="handle"/> is null: the call that should have made it failed.</exception>
    internal VipsImage(nint handle) => Handle = handle != 0 ? handle : throw Failure();

    public void Dispose() => VipsNative.Unref(Handle);

    internal T[] ReadPixels<T>() where T : unmanaged
    {
        byte* pixels = VipsNative.WriteToMemory(Handle, out nuint size);
        return Take<T>(pixels, size);
    }

    /// <summary>Copies a buffer that libvips allocated, and frees it.</summary>
    internal static T[] Take<T>(byte* buffer, nuint size) where T : unmanaged
    {
        if (buffer == null)
            throw Failure();
        T[] values = new ReadOnlySpan<T>(buffer, checked((int)(size / (nuint)sizeof(T)))).ToArray();
        VipsNative.Free(buffer);
        return values;
    }

    private static InvalidDataException Failure()
    {
        // libvips keeps one log for all threads, so its text may be another file's; it is cleared lest it grow.
        VipsNative.ClearErrors();
        return new InvalidDataException("its data is damaged or cut short");
    }
}
