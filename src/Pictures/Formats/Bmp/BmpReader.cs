namespace Denoise.Pictures;

/// <summary>Reads Windows bitmaps (https://learn.microsoft.com/windows/win32/gdi/bitmap-storage) and those of OS/2: 1, 2, 4 and 8 bits with
/// a palette, run-length encoded or not, and 16, 24 and 32 bits.</summary>
internal static class BmpReader
{
    private const int FileHeader = 14, CoreHeader = 12, ShortHeader = 16, InfoHeader = 40, MasksEnd = 56;
    private const int Uncompressed = 0, RunLength8 = 1, RunLength4 = 2, BitFields = 3, AlphaBitFields = 6;

    internal static Raster<byte> Decode(ReadOnlySpan<byte> file, long maxPixels)
    {
        if (file.Length < FileHeader + CoreHeader)
            throw new InvalidDataException("it is cut short in its header");
        int start = BinaryPrimitives.ReadInt32LittleEndian(file[10..]);
        var header = BmpHeader.Read(file[FileHeader..]);
        PixelLimit.Check(header.Width, header.Height, maxPixels);
        if (!header.IsKnown)
            throw new UnknownKindException($"it has {header.Bits} bits for each pixel with compression {header.Compression}");
        if (header.Compression is RunLength8 or RunLength4)
            return Indexed(header, Palette(file, header, start), Unpack(header, file[Math.Clamp(start, 0, file.Length)..]));
        long stride = ((long)header.Width * header.Bits + 31) / 32 * 4;
        if (start < FileHeader || start > file.Length || file.Length - start < stride * header.Height)
            throw new InvalidDataException($"{header.Width}x{header.Height} pixels need {stride * header.Height} bytes, "
                + $"and there are {Math.Max(0, file.Length - (long)start)}");
        ReadOnlySpan<byte> pixels = file.Slice(start, (int)(stride * header.Height));
        return header.Bits <= 8
            ? Indexed(header, Palette(file, header, start), Indices(header, pixels, (int)stride))
            : Direct(header, pixels, (int)stride);
    }

    /// <summary>All but the oldest headers have pixels per metre.</summary>
    internal static Resolution? ResolutionOf(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> header = file[FileHeader..];
        return BinaryPrimitives.ReadInt32LittleEndian(header) >= InfoHeader
            ? Resolution.Known(BinaryPrimitives.ReadInt32LittleEndian(header[24..]), BinaryPrimitives.ReadInt32LittleEndian(header[28..]))
            : null;
    }

    /// <summary>Blue, green, red and, in all but the oldest files, a byte more, for each entry.</summary>
    private static byte[][] Palette(ReadOnlySpan<byte> file, BmpHeader header, int start)
    {
        int at = FileHeader + header.Size, size = header.Size == CoreHeader ? 3 : 4;
        int count = Math.Min(1 << header.Bits, Math.Max(0, Math.Min(start, file.Length) - at) / size);
        var palette = new byte[count][];
        for (int i = 0; i < count; i++)
            palette[i] = [file[at + i * size + 2], file[at + i * size + 1], file[at + i * size]];
        return palette;
    }

    private static byte[] Indices(BmpHeader header, ReadOnlySpan<byte> pixels, int stride)
    {
        byte[] indices = new byte[header.Width * header.Height];
        for (int i = 0; i < indices.Length; i++)
        {
            var (y, x) = Math.DivRem(i, header.Width);
            int bits = header.Bits, at = header.RowOf(y) * stride + x * bits / 8;
            indices[i] = (byte)(pixels[at] >> (8 - bits - x * bits % 8) & ((1 << bits) - 1));
        }
        return indices;
    }

    /// <summary>Pairs of bytes: so many pixels of a colour, or of two in turn. After 0 comes the end of a row (0) or of all (1), a step to
    /// the right and up (2), or the number of pixels that follow as they are, in whole words. Pixels stepped over have colour 0.</summary>
    private static byte[] Unpack(BmpHeader header, ReadOnlySpan<byte> data)
    {
        byte[] indices = new byte[header.Width * header.Height];
        int perByte = 8 / header.Bits, row = 0, x = 0;
        for (int at = 0; at + 1 < data.Length;)
        {
            int count = data[at], value = data[at + 1];
            ReadOnlySpan<byte> source = count > 0 ? data.Slice(at + 1, 1) : data[(at + 2)..];
            at += 2;
            if ((count, value) is (0, 1))
                return indices;
            if ((count, value) is (0, 0))
                (row, x) = (row + 1, 0);
            else if ((count, value) is (0, 2) && source.Length >= 2)
                (row, x, at) = (row + source[1], x + source[0], at + 2);
            else
            {
                int pixels = count > 0 ? count : value, bytes = (pixels + perByte - 1) / perByte;
                if (row >= header.Height || count == 0 && bytes > source.Length)
                    throw new InvalidDataException("a run of pixels goes beyond it");
                // ImageMagick has written runs a pixel longer than the row.
                int seen = Math.Clamp(header.Width - x, 0, pixels);
                Span<byte> target = seen == 0 ? [] : indices.AsSpan(header.RowOf(row) * header.Width + x, seen);
                for (int i = 0; i < seen; i++)
                {
                    byte indexed = source[count > 0 ? 0 : i / perByte];
                    target[i] = perByte == 1 ? indexed : (byte)(i % 2 == 0 ? indexed >> 4 : indexed & 15);
                }
                x += pixels;
                at += count > 0 ? 0 : bytes + bytes % 2;
            }
        }
        throw new InvalidDataException("it is cut short");
    }

    private static Raster<byte> Indexed(BmpHeader header, byte[][] palette, byte[] indices)
    {
        int channels = palette.All(colour => colour[0] == colour[1] && colour[1] == colour[2]) ? 1 : 3;
        byte[] values = new byte[indices.Length * channels];
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] >= palette.Length)
                throw new InvalidDataException($"a pixel asks for colour {indices[i]} of a palette of {palette.Length}");
            palette[indices[i]].AsSpan(0, channels).CopyTo(values.AsSpan(i * channels));
        }
        return new(header.Width, header.Height, channels, values);
    }

    private static Raster<byte> Direct(BmpHeader header, ReadOnlySpan<byte> pixels, int stride)
    {
        int area = header.Width * header.Height, bytes = header.Bits / 8;
        byte[] values = new byte[area * 3];
        byte[]? alpha = header.Masks[3] != 0 ? new byte[area] : null;
        for (int i = 0; i < area; i++)
        {
            var (y, x) = Math.DivRem(i, header.Width);
            uint pixel = Pixel(pixels[(header.RowOf(y) * stride + x * bytes)..], bytes);
            for (int channel = 0; channel < 3; channel++)
                values[3 * i + channel] = Masked(pixel, header.Masks[channel]);
            if (alpha is not null)
                alpha[i] = Masked(pixel, header.Masks[3]);
        }
        return new(header.Width, header.Height, 3, values, alpha);
    }

    private static uint Pixel(ReadOnlySpan<byte> bytes, int count) => count switch
    {
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        3 => (uint)(bytes[0] | bytes[1] << 8 | bytes[2] << 16),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
    };

    /// <summary>The masked bits spread over 0 to 255.</summary>
    private static byte Masked(uint pixel, uint mask)
    {
        if (mask == 0)
            return 0;
        int shift = BitOperations.TrailingZeroCount(mask);
        uint most = mask >> shift;
        return (byte)(((ulong)((pixel & mask) >> shift) * 255 + most / 2) / most);
    }

    /// <param name="Size">Bytes of the header, after that of the file.</param>
    /// <param name="IsTopDown">Rows are usually stored from the bottom.</param>
    /// <param name="Masks">Where in a pixel red, green, blue and alpha are.</param>
    private readonly record struct BmpHeader(int Size, int Width, int Height, bool IsTopDown, int Bits, int Compression, uint[] Masks)
    {
        internal bool IsKnown => (Bits, Compression) is (1 or 2 or 4 or 8 or 16 or 24 or 32, Uncompressed)
            or (16 or 32, BitFields or AlphaBitFields) or (8, RunLength8) or (4, RunLength4);

        internal int RowOf(int y) => IsTopDown ? y : Height - 1 - y;

        internal static BmpHeader Read(ReadOnlySpan<byte> header)
        {
            int size = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (size == CoreHeader)
                return ReadCore(header);
            if (size < ShortHeader || header.Length < Math.Min(size, MasksEnd))
                throw new InvalidDataException("it is cut short in its header");
            if (size < InfoHeader)
                header = (byte[])[.. header[..size], .. new byte[MasksEnd]]; // what OS/2 leaves out is 0
            int height = BinaryPrimitives.ReadInt32LittleEndian(header[8..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]);
            int compression = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
            uint[] masks = compression is BitFields or AlphaBitFields ? ReadMasks(header, size, compression) : UsualMasks(bits);
            int rows = height == int.MinValue ? 0 : Math.Abs(height);
            return new(size, BinaryPrimitives.ReadInt32LittleEndian(header[4..]), rows, height < 0, bits, compression, masks);
        }

        /// <summary>The oldest one.</summary>
        private static BmpHeader ReadCore(ReadOnlySpan<byte> header)
        {
            int width = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]), height = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
            int bits = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
            return new(CoreHeader, width, height, false, bits, Uncompressed, UsualMasks(bits));
        }

        /// <summary>Within the longer headers, or right behind the short one.</summary>
        private static uint[] ReadMasks(ReadOnlySpan<byte> header, int size, int compression)
        {
            if (header.Length < MasksEnd)
                throw new InvalidDataException("it is cut short in its header");
            bool hasAlpha = size >= MasksEnd || compression == AlphaBitFields;
            return [Mask(header, 0), Mask(header, 1), Mask(header, 2), hasAlpha ? Mask(header, 3) : 0];
        }

        private static uint Mask(ReadOnlySpan<byte> header, int i) =>
            BinaryPrimitives.ReadUInt32LittleEndian(header[(InfoHeader + 4 * i)..]);

        private static uint[] UsualMasks(int bits) => bits == 16 ? [0x7C00, 0x3E0, 0x1F, 0] : [0xFF0000, 0xFF00, 0xFF, 0];
    }
}
