using System.Drawing;

namespace Denoise.Infer.Server;

/// <summary><c>POST /v1/denoise</c>: a picture in, the same denoised out.</summary>
internal sealed class DenoiseRoute(ServeRequest request, ModelSet models, Gate gate)
{
    /// <summary>The headers that say what was found and done.</summary>
    internal const string SigmaHeader = "Denoise-Sigma", NoteHeader = "Denoise-Note";

    private sealed record Answer(byte[] File, PictureFormat Format, NoiseCurve? Level, string? Note);

    internal async Task<IResult> Handle(HttpContext http)
    {
        // What a browser sends for a page of another site: this computer is not to decode such pictures.
        if (http.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or "same-origin"))
            throw new Refusal(StatusCodes.Status403Forbidden, "Pages of other sites may not send pictures.");
        DenoiseQuery query = DenoiseQuery.Of(http.Request.Query);
        OfferedModel model = models.Find(query.Model);
        PageDenoiser network = query.For(model);
        if (http.Request.ContentLength > request.MaxBytes)
            throw Refusal.TooManyBytes();
        CancellationToken gone = http.RequestAborted;
        using IDisposable place = await gate.EnterAsync(gone);
        byte[] file = await ReadAsync(http.Request, gone);
        // The pool's threads have other requests to serve meanwhile.
        Answer answer = await Task.Factory.StartNew(
            () => Denoise(file, query, network, model.Training, gone), gone, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Describe(answer, http.Response.Headers);
        return Results.Bytes(answer.File, PictureFormats.MediaTypeOf(answer.Format));
    }

    private async Task<byte[]> ReadAsync(HttpRequest asked, CancellationToken gone)
    {
        using var body = new MemoryStream((int)(asked.ContentLength ?? 0));
        byte[] piece = new byte[1 << 16];
        for (int read; (read = await asked.Body.ReadAsync(piece, gone)) > 0; body.Write(piece, 0, read))
            if (body.Length + read > request.MaxBytes)
                throw Refusal.TooManyBytes();
        byte[] buffer = body.GetBuffer();
        return buffer.Length == body.Length ? buffer : body.ToArray();
    }

    private Answer Denoise(byte[] file, DenoiseQuery query, PageDenoiser network, Training training, CancellationToken gone)
    {
        PictureDocument document = Decode(file);
        Raster[] rasters = [.. document.Pages.Select(training.White.Stretch)];
        Page[] pages = query.Crop is { } part
            ? [network.DenoisePart(rasters[0], Within(rasters[0], part), gone)]
            : [.. rasters.Select(raster => new Page(raster))];
        foreach (Page page in pages.Where(page => page.Denoised is null))
            network.Denoise([page], gone);
        Meters.Pixels.Inc(pages.Sum(page => (double)page.Raster.Width * page.Raster.Height));
        Raster[] denoised = [.. pages.Select(page => training.White.Restore(page.Denoised!))];
        PictureDocument result = document.Denoised(denoised, [.. pages.Select(network.WordsOn)]);
        PictureFormat format = query.Format ?? document.Format;
        var seen = new SeenPicture("the picture", rasters[0].Width, rasters[0].Height, rasters[0].HasColour, pages[0].Level);
        string? unlike = query.Strength > 0 ? training.Warning([seen]) : null;
        string? note = Note(document, unlike, PictureFile.LossesIn(format, result));
        return new(PictureFile.Encode(result, format), format, pages[0].Level, note);
    }

    /// <summary>Nothing of it is the file's own words, which a header could not hold.</summary>
    private static string? Note(PictureDocument document, string? unlike, IEnumerable<string> losses)
    {
        string? before = document.Metadata.Denoised.Count > 0 ? "It was denoised before: each time takes some detail." : null;
        string note = string.Join(' ', [.. new[] { document.Warning, unlike, before }.OfType<string>(), .. losses]);
        return note.Length > 0 ? note : null;
    }

    private static Rectangle Within(Raster page, Rectangle part)
    {
        var within = Rectangle.Intersect(part, new(0, 0, page.Width, page.Height));
        return within is { Width: > 0, Height: > 0 } ? within
            : throw Refusal.Senseless($"crop {part.X},{part.Y}: the picture has {page.Width}x{page.Height} pixels.");
    }

    private PictureDocument Decode(byte[] file)
    {
        try
        {
            return PictureFile.DecodeDocument(file, "The picture", request.MaxPixels);
        }
        catch (InvalidDataException e) when (!PictureFile.HasPicture(file))
        {
            throw new Refusal(StatusCodes.Status415UnsupportedMediaType, e.Message);
        }
        catch (InvalidDataException e) when (PixelLimit.IsReasonOf(e))
        {
            throw new Refusal(StatusCodes.Status413PayloadTooLarge, e.Message);
        }
    }

    private static void Describe(Answer answer, IHeaderDictionary headers)
    {
        if (answer.Level is { } level)
            headers[SigmaHeader] = SigmaOption.Mean(level).ToString("F1", CultureInfo.InvariantCulture);
        if (answer.Note is { } note)
            headers[NoteHeader] = Regex.Replace(note, "[^ -~]", "?"); // no others may stand there
    }
}
