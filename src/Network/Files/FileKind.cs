using System.Runtime.InteropServices;

namespace Denoise;

/// <summary>Tells files from what only has a name like one. Compiled into each assembly that writes.</summary>
internal static class FileKind
{
    // From statx(2), whose structure is the same on every processor.
    private const int WorkingFolder = -100, NotThroughLinks = 0x100, TypeOnly = 1, Size = 256, ModeAt = 28, Type = 0xF000,
        Folder = 0x4000, Ordinary = 0x8000;

    /// <summary>Whether the path leads to a pipe, a socket or a device. Nothing is opened, for a pipe would wait for its other end.
    /// Where the system is not Linux the answer is no.</summary>
    public static bool IsSpecial(string path) => OperatingSystem.IsLinux() && !IsOrdinaryOrNone(path, 0);

    /// <summary>Whether there is an ordinary file at this very place, or nothing yet: no link, pipe or device.</summary>
    public static bool IsOrdinaryOrNone(string path) =>
        OperatingSystem.IsLinux() ? IsOrdinaryOrNone(path, NotThroughLinks) : new FileInfo(path).LinkTarget is null;

    private static bool IsOrdinaryOrNone(string path, int flags)
    {
        Span<byte> result = stackalloc byte[Size];
        return Look(WorkingFolder, path, flags, TypeOnly, ref result[0]) != 0
            || (BitConverter.ToUInt16(result[ModeAt..]) & Type) is Folder or Ordinary;
    }

    /// <summary>A file's bytes. A pipe, a socket or a device is refused, because it may never come to an end.</summary>
    public static byte[] ReadOrdinary(string path) => IsSpecial(path)
        ? throw new IOException($"{path} is a pipe, a socket or a device, and not a file.")
        : File.ReadAllBytes(path);

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Look(int folder, string path, int flags, uint mask, ref byte result);
}
