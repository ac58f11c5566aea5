using System.Reflection;
using System.Runtime.InteropServices;

namespace Denoise.Imaging;

/// <summary>
/// The few functions of libvips 8 that are used (https://www.libvips.org/API/8.17/). Those that end in <c>nint end</c>
/// are variadic in C; the last argument is the null that ends the list of options.
/// </summary>
internal static unsafe partial class VipsNative
{
    internal const int FormatUChar = 0, FormatUShort = 2, FormatFloat = 6, FormatDouble = 8; // VIPS_FORMAT_*
    internal const int SpaceXyz = 12, SpaceLab = 13, SpaceCmyk = 15, SpaceLabS = 21, SpaceRgb = 22; // VIPS_INTERPRETATION_*

    private const string Library = "vips";
    private const int LogWarning = 1 << 4; // G_LOG_LEVEL_WARNING

    // Beside the executable (from npm), then what a system package installs.
    private static readonly string[] Names = ["libvips-cpp.so", "libvips.so.42"];

    internal static void Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsNative).Assembly, Resolve);
        if (Init("denoise") != 0)
            throw new DllNotFoundException("libvips was found but does not start.");
        SetLogHandler("VIPS", LogWarning, &Ignore, 0);
        // The callers bring their own threads, and no picture is read twice.
        SetConcurrency(1);
        SetCacheSize(0);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (string candidate in Names)
            if (NativeLibrary.TryLoad(candidate, assembly, DllImportSearchPath.AssemblyDirectory, out nint handle))
                return handle;
        throw new DllNotFoundException("libvips was not found: install it (Debian: libvips42) or put libvips-cpp.so beside the program.");
    }

    /// <summary>A damaged file is reported by us, in one sentence, and not on the terminal by libvips as well.</summary>
    [UnmanagedCallersOnly]
    private static void Ignore(byte* domain, int level, byte* message, nint data)
    {
    }

    [LibraryImport(Library, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint SetLogHandler(string domain, int levels, delegate* unmanaged<byte*, int, byte*, nint, void> handler, nint data);

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Init(string name);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    private static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    private static partial void SetCacheSize(int operations);

    [LibraryImport(Library, EntryPoint = "vips_error_clear")]
    internal static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_buffer", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint NewFromBuffer(byte* file, nuint size, string options, nint end);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_memory")]
    internal static partial nint NewFromMemory(byte* pixels, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    internal static partial int Width(nint image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    internal static partial int Height(nint image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    internal static partial int Bands(nint image);

    [LibraryImport(Library, EntryPoint = "vips_colourspace")]
    internal static partial int ToColourSpace(nint image, out nint result, int space, nint end);

    [LibraryImport(Library, EntryPoint = "vips_image_get_format")]
    internal static partial int Format(nint image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_interpretation")]
    internal static partial int Interpretation(nint image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_n_pages")]
    internal static partial int Pages(nint image);

    [LibraryImport(Library, EntryPoint = "vips_cast")]
    internal static partial int Cast(nint image, out nint result, int format, nint end);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_memory")]
    internal static partial byte* WriteToMemory(nint image, out nuint size);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_buffer", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int WriteToBuffer(nint image, string suffixAndOptions, out byte* buffer, out nuint size, nint end);

    [LibraryImport(Library, EntryPoint = "g_object_unref")]
    internal static partial void Unref(nint image);

    [LibraryImport(Library, EntryPoint = "g_free")]
    internal static partial void Free(byte* buffer);
}
