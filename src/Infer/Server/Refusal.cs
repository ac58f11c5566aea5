namespace Denoise.Infer.Server;

/// <summary>A request that gets an answer other than a picture: a status and one sentence.</summary>
internal sealed class Refusal(int status, string sentence) : Exception(sentence)
{
    private const string SecondsToWait = "2";

    internal int Status => status;

    /// <summary>422: the request is understood, and cannot be done.</summary>
    internal static Refusal Senseless(string sentence) => new(StatusCodes.Status422UnprocessableEntity, sentence);

    internal static Refusal TooManyBytes() =>
        new(StatusCodes.Status413PayloadTooLarge, "The file has more bytes than this server takes.");

    /// <summary>What went wrong with a request, as a refusal; null for what is the server's own fault.</summary>
    internal static Refusal? Of(Exception e) => e switch
    {
        Refusal refusal => refusal,
        BadHttpRequestException bad => new(bad.StatusCode, bad.Message),
        OutOfMemoryException =>
            new(StatusCodes.Status503ServiceUnavailable, "There is too little memory for this picture just now: try again later."),
        InvalidDataException or ArgumentException => Senseless(e.Message),
        _ => null,
    };

    internal async Task Answer(HttpResponse response)
    {
        response.StatusCode = status;
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = SecondsToWait;
        await response.WriteAsJsonAsync(new { error = Message });
    }
}
