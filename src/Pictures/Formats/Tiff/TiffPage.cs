using BitMiracle.LibTiff.Classic;
using NetVips;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;

namespace Denoise.Pictures;

/// <summary>One page of a TIFF file (TIFF 6.0), from its samples as they are stored to grey or RGB: up to 8 bits become bytes, up to 16
/// ushorts, all others floats with white at 1.</summary>
internal sealed class TiffPage
{
    private const ushort ExtraSamples = 338;

    private readonly LibTiff _tiff;
    private readonly TiffDirectory _directory;
    private readonly Photometric _kind;
    private readonly SampleFormat _format;
    private readonly int _bits, _samples, _colours;
    private readonly bool _isPlanar, _isJpeg, _isLuma;

    /// <param name="tiff">With the page's directory set.</param>
    /// <param name="directory">The same, as we read it.</param>
    internal TiffPage(LibTiff tiff, TiffDirectory directory)
    {
        (_tiff, _directory) = (tiff, directory);
        (Width, Height, Compression) = (Field(TiffTag.IMAGEWIDTH), Field(TiffTag.IMAGELENGTH), (Compression)Field(TiffTag.COMPRESSION));
        (_bits, _samples) = (Field(TiffTag.BITSPERSAMPLE), Field(TiffTag.SAMPLESPERPIXEL));
        _format = (SampleFormat)Field(TiffTag.SAMPLEFORMAT);
        _isPlanar = _samples > 1 && (PlanarConfig)Field(TiffTag.PLANARCONFIG) == PlanarConfig.SEPARATE;
        _isJpeg = Compression == Compression.JPEG;
        if (Field(TiffTag.ROWSPERSTRIP) is < 1) // the file says nothing or 2^32 - 1, by which LibTiff stumbles
            tiff.SetField(TiffTag.ROWSPERSTRIP, Height);
        bool isFax = Compression is >= Compression.CCITTRLE and <= Compression.CCITTFAX4;
        _kind = (Photometric)Field(TiffTag.PHOTOMETRIC, (int)(isFax ? Photometric.MINISWHITE : Photometric.MINISBLACK));
        _isLuma = _kind == Photometric.YCBCR;
        if (_samples is 3 or 4 && _kind == Photometric.MINISBLACK // as cameras of microscopes write colours
            || _isJpeg && _isLuma && !_isPlanar) // libjpeg makes RGB of it
            _kind = Photometric.RGB;
        _colours = _kind == Photometric.SEPARATED ? 4 : _kind is Photometric.RGB or Photometric.YCBCR || IsLab ? 3 : 1;
    }

    internal int Width { get; }

    internal int Height { get; }

    internal Compression Compression { get; }

    private bool IsFloat => _format == SampleFormat.IEEEFP;

    private bool IsLab => _kind is Photometric.CIELAB or Photometric.ICCLAB;

    /// <exception cref="InvalidDataException">Damaged, or of a kind that is not known.</exception>
    internal Raster Read()
    {
        if (Misfit() is { } misfit)
            throw new UnknownKindException(misfit);
        byte[][] planes = [.. Enumerable.Range(0, _isPlanar ? _samples : 1).Select(ReadPlane)];
        bool isDeep = _bits > 8;
        return _kind switch
        {
            Photometric.PALETTE => Finish(FromPalette(Unpack<int>(planes)), Unpack<byte>(planes)),
            _ when IsLab && isDeep => Finish(FromLab<ushort>(planes), Unpack<ushort>(planes)),
            _ when IsLab => Finish(FromLab<byte>(planes), Unpack<byte>(planes)),
            Photometric.SEPARATED when isDeep => FromInks(Unpack<ushort>(planes)),
            Photometric.SEPARATED => FromInks(Unpack<byte>(planes)),
            Photometric.YCBCR => FromLuma(Unpack<byte>(planes)),
            _ when !isDeep => Finish(Unpack<byte>(planes)),
            _ when _bits <= 16 && !IsFloat => Finish(Unpack<ushort>(planes)),
            _ => Finish(Unpack<float>(planes)),
        };
    }

    private int Field(TiffTag tag, int otherwise = 0) => _tiff.GetFieldDefaulted(tag) is [var value, ..] ? value.ToInt() : otherwise;

    /// <summary>A clause on what cannot be read, or null.</summary>
    private string? Misfit() => this switch
    {
        _ when !IsLab && _kind is not (<= Photometric.SEPARATED or Photometric.YCBCR) => $"its colours are of kind {(int)_kind}",
        _ when _samples < _colours || _samples > _colours + 1 => $"it has {_samples} channels",
        _ when _format is SampleFormat.COMPLEXIEEEFP or SampleFormat.COMPLEXINT => "its values are complex numbers",
        _ when _format == SampleFormat.INT && !IsLab => "its values have a sign",
        _ when IsFloat && _bits is not (16 or 32 or 64) => $"its values are floats of {_bits} bits",
        _ when !IsFloat && _bits is < 1 or > 32 => $"its values are numbers of {_bits} bits",
        { _isJpeg: true } or { _kind: Photometric.YCBCR } when _bits != 8 => $"its values are of {_bits} bits where 8 are usual",
        _ when IsLab && _bits is not (8 or 16) || _kind == Photometric.PALETTE && _bits > 16 => $"its values are of {_bits} bits",
        _ when _kind == Photometric.SEPARATED && (InkSet)Field(TiffTag.INKSET) != InkSet.CMYK => "its inks are not those of CMYK",
        _ when _isPlanar && Subsampling != (1, 1) => "its planes of colour are smaller than the others",
        _ when _tiff.IsTiled() && Field(TiffTag.TILEWIDTH) % 8 != 0 => $"its tiles are {Field(TiffTag.TILEWIDTH)} pixels wide",
        _ => null,
    };

    /// <summary>Pixels across and down that share a colour.</summary>
    private (int Across, int Down) Subsampling =>
        _kind == Photometric.YCBCR && _tiff.GetFieldDefaulted(TiffTag.YCBCRSUBSAMPLING) is [var across, var down, ..]
            ? (across.ToInt(), down.ToInt())
            : (1, 1);

    /// <summary>Rows of whole bytes; all samples of a pixel beside each other, or where the planes are apart, those of one plane.</summary>
    private byte[] ReadPlane(int plane)
    {
        bool isTiled = _tiff.IsTiled();
        int width = isTiled ? Field(TiffTag.TILEWIDTH) : Width, height = Field(isTiled ? TiffTag.TILELENGTH : TiffTag.ROWSPERSTRIP);
        height = isTiled ? height : Math.Min(height, Height);
        PixelLimit.Check(width, height, PixelLimit.Most);
        int across = (Width - 1) / width + 1, count = across * ((Height - 1) / height + 1);
        int stride = RowBytes(Width), pieceStride = RowBytes(width);
        byte[] rows = new byte[checked(stride * Height)], piece = new byte[isTiled ? _tiff.TileSize() : _tiff.StripSize()];
        for (int i = 0; i < count; i++)
        {
            int number = plane * count + i, y = i / across * height, x = RowBytes(i % across * width);
            int filled = Math.Min(height, Height - y);
            if (_isJpeg && _kind != Photometric.SEPARATED) // libjpeg takes inks beside Adobe's marker for inverted
                piece = VipsCodec.DecodePiece(JpegOf(number), width, _isPlanar ? 1 : _samples);
            else if ((isTiled ? _tiff.ReadEncodedTile(number, piece, 0, -1) : _tiff.ReadEncodedStrip(number, piece, 0, -1)) < 0)
                throw new InvalidDataException("its data is damaged or cut short");
            byte[] pixels = Subsampling is (1, 1) ? piece : TiffColours.Spread(piece, width, filled, Subsampling);
            for (int row = 0; row < filled; row++)
                pixels.AsSpan(row * pieceStride, Math.Min(pieceStride, stride - x)).CopyTo(rows.AsSpan((y + row) * stride + x));
        }
        return rows;
    }

    /// <summary>A strip or tile as a file of its own, with the tables that all share, and with a marker of Adobe's that tells RGB from
    /// YCbCr.</summary>
    private byte[] JpegOf(int number)
    {
        byte[] piece = new byte[_tiff.RawStripSize(number)]; // a tile's too
        if ((_tiff.IsTiled() ? _tiff.ReadRawTile(number, piece, 0, piece.Length) : _tiff.ReadRawStrip(number, piece, 0, piece.Length)) < 4)
            throw new InvalidDataException("its data is damaged or cut short");
        byte[]? shared = _tiff.GetField(TiffTag.JPEGTABLES) is [_, var field, ..] ? field.GetBytes() : null;
        byte[] tables = shared is { Length: > 4 } ? shared[2..^2] : [];
        byte[] colours = _colours == 3 && !_isPlanar ? [0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, (byte)(_isLuma ? 1 : 0)] : [];
        return [.. piece[..2], .. colours, .. tables, .. piece[2..]];
    }

    private int RowBytes(int width) => checked((int)(((long)width * (_isPlanar ? 1 : _samples) * _bits + 7) / 8));

    /// <summary>All samples, interleaved: spread over a byte's or a ushort's whole range, to 1 as floats, or as they are as ints.</summary>
    private T[] Unpack<T>(byte[][] planes) where T : unmanaged, INumber<T>
    {
        var values = new T[checked(Width * Height * _samples)];
        var unpack = new TiffSamples(_bits, IsFloat, _kind == Photometric.MINISWHITE);
        int perRow = Width * _samples / planes.Length, stride = RowBytes(Width);
        T[] line = new T[planes.Length == 1 ? 0 : perRow];
        for (int y = 0; y < Height; y++)
            for (int plane = 0; plane < planes.Length; plane++)
            {
                Span<T> row = planes.Length == 1 ? values.AsSpan(y * perRow, perRow) : line;
                unpack.Unpack(planes[plane].AsSpan(y * stride, stride), row);
                for (int x = 0; x < line.Length; x++)
                    values[(y * Width + x) * _samples + plane] = line[x];
            }
        return values;
    }

    private Raster Finish<T>(T[] samples) where T : unmanaged, INumber<T> => Finish(Take(samples, 0, _colours), samples);

    /// <param name="colours">Grey or RGB.</param>
    /// <param name="samples">As stored, of which what is behind the colours is alpha, or where the file says that it is not, something
    /// else that is kept.</param>
    private Raster<T> Finish<T>(T[] colours, T[] samples) where T : unmanaged, INumber<T>
    {
        T[]? more = _samples > _colours ? Take(samples, _colours, 1) : null;
        var kind = (ExtraSample?)_directory.Number(ExtraSamples);
        int channels = colours.Length / (Width * Height);
        if (kind == ExtraSample.UNSPECIFIED)
            return new(Width, Height, channels, colours) { Extra = more };
        if (more is not null && kind == ExtraSample.ASSOCALPHA)
            TiffColours.Divide(colours, more);
        return new(Width, Height, channels, colours, more);
    }

    /// <summary>Some of the samples of each pixel.</summary>
    private T[] Take<T>(T[] samples, int first, int count)
    {
        if (count == _samples)
            return samples;
        var taken = new T[Width * Height * count];
        for (int i = 0; i < taken.Length; i++)
            taken[i] = samples[i / count * _samples + first + i % count];
        return taken;
    }

    private byte[] FromPalette(int[] indices) => TiffColours.LookUp(indices, _samples, _tiff.GetField(TiffTag.COLORMAP));

    private Raster FromLuma(byte[] samples)
    {
        byte[] colours = Take(samples, 0, _colours);
        float[] weights = _tiff.GetFieldDefaulted(TiffTag.YCBCRCOEFFICIENTS)[0].ToFloatArray();
        TiffColours.FromLuma(colours, weights, _tiff.GetFieldDefaulted(TiffTag.REFERENCEBLACKWHITE)[0].ToFloatArray());
        return Finish(colours, samples);
    }

    private Raster FromInks<T>(T[] samples) where T : unmanaged, INumber<T>
    {
        T[] inks = Take(samples, 0, _colours);
        byte[]? profile = _directory.Bytes(TiffDirectory.Icc);
        return Finish(VipsCodec.ToRgb<T, T>(inks, Width, Height, Enums.Interpretation.Cmyk, profile), samples);
    }

    private T[] FromLab<T>(byte[][] planes) where T : unmanaged
    {
        float[] lab = TiffColours.ToLab(Take(Unpack<int>(planes), 0, _colours), _bits, _kind == Photometric.ICCLAB);
        return VipsCodec.ToRgb<float, T>(lab, Width, Height, Enums.Interpretation.Lab, null);
    }
}
