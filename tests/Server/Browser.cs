using System.Reflection;
using Microsoft.Playwright;

namespace Denoise.Tests.Server;

/// <summary>Debian's Chromium, driven by Playwright, whose driver lies in NuGet's cache. No browser is ever downloaded.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Skips the test where there is no browser.</summary>
    public static async Task<Browser> Start()
    {
        string? program = Places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "There is no Chromium: apt-get install chromium.");
        var facts = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>();
        string package = facts.First(fact => fact.Key == "Playwright").Value!;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", package);
        IPlaywright playwright = await Playwright.CreateAsync();
        // Its own sandbox does not work as root.
        return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox"] }));
    }

    public async Task<IPage> Open(
        string address, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, bool touch = false)
    {
        IBrowserContext context = await _browser.NewContextAsync(
            new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, HasTouch = touch, IsMobile = touch });
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(120_000); // other tests take the processors too
        await page.GotoAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
