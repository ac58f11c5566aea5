using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Denoise.Infer.Server;

/// <summary>What the description of the API says of <c>POST /v1/denoise</c>.</summary>
internal static class Description
{
    private static readonly IReadOnlyList<(string Status, string When)> Refusals =
    [
        ("403", "a browser has sent it for a page of another site"),
        ("413", "the picture has too many bytes or pixels"), ("415", "the body is no picture"),
        ("422", "the picture is damaged, or an option is wrong"), ("429", "too many requests at once: come back after Retry-After seconds"),
        ("503", "the server is stopping, or has too little memory just now"),
    ];

    private static readonly IReadOnlyList<(string Name, string Description)> Headers =
    [
        (DenoiseRoute.SigmaHeader, "the noise level of the first page in levels of 255, where the network takes one"),
        (DenoiseRoute.NoteHeader, "sentences on what is left out, and on why the result may be poor: the picture was denoised before, or "
            + "it is unlike those that the network was trained on"),
    ];

    internal static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        operation.Parameters = [.. DenoiseQuery.All.Select(one => new OpenApiParameter
        {
            Name = one.Name, In = ParameterLocation.Query, Description = one.Description, Schema = Text(),
        })];
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Content("image/*", Text("binary")) };
        operation.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "the picture", Content = Content("image/*", Text("binary")),
                Headers = Headers.ToDictionary(one => one.Name, IOpenApiHeader (one) =>
                    new OpenApiHeader { Description = one.Description, Schema = Text() }),
            },
        };
        foreach (var (status, when) in Refusals)
            operation.Responses[status] = new OpenApiResponse { Description = when, Content = Content("application/json", Sentence()) };
        return Task.CompletedTask;
    }

    private static Dictionary<string, OpenApiMediaType> Content(string type, OpenApiSchema schema) =>
        new() { [type] = new OpenApiMediaType { Schema = schema } };

    private static OpenApiSchema Text(string? format = null) => new() { Type = JsonSchemaType.String, Format = format };

    private static OpenApiSchema Sentence() =>
        new() { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema> { ["error"] = Text() } };
}
