#!/usr/bin/env python3
"""dB over processor seconds a megapixel, as a table and as docs/quality.svg.

    bench/plot.py KODAK24 POLYU MODEL...

MODEL is a file or a name that `infer` knows. On KODAK24 (clean pictures) the noise is Gaussian of sigma 25, and a network that takes
the level is told it; the processor time is that of this run, on one core. POLYU has the folders noisy and clean; there `infer` finds
the level. The weights of others are not part of this project; docs/checkpoints.md says how to bring them.
"""
import json, math, os, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PANELS = {"kodak": "Kodak24, Gaussian noise, sigma 25", "polyu": "PolyU, real pairs, level found"}


def infer(model, *arguments):
    """PSNR in dB, and processor seconds a megapixel; None where the model takes no noise level and is told one."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as said:
        report = os.path.join(folder, "report.json")
        command = [os.path.join(ROOT, "denoise"), "infer", "--model", model, "--output", os.path.join(folder, "denoised"),
                   "--device", "cpu", "--report", report, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        said.seek(0)
        error = said.read()
        if status and "takes no noise level" in error:
            return None
        if status:
            sys.exit(error)
        with open(report) as file:
            result = json.load(file)
    pixels = sum(p["width"] * p["height"] for p in result["pictures"])
    return result["denoised"]["psnr"], (usage.ru_utime + usage.ru_stime) / pixels * 1e6


def on_gaussian(model, kodak):
    noise = ["--jobs", "1", "--input", kodak, "--noise", "gaussian:25/255,clip=off"]
    return infer(model, *noise, "--sigma", "25") or infer(model, *noise)


def on_pairs(model, polyu):
    return infer(model, "--input", os.path.join(polyu, "noisy"), "--reference", os.path.join(polyu, "clean"))[0]


def name(model):
    return os.path.splitext(os.path.basename(model))[0]


def panel(title, points, left):
    """One plot, 400 by 300, its x axis logarithmic."""
    xs, ys = [x for _, x, _ in points], [y for _, _, y in points]
    low, high = math.log2(min(xs)) - 0.4, math.log2(max(xs)) + 0.4
    bottom, top = math.floor(min(ys) * 2) / 2 - 0.1, math.ceil(max(ys) * 2) / 2 + 0.1
    across = lambda x: left + 50 + (math.log2(x) - low) / (high - low) * 330
    up = lambda y: 260 - (y - bottom) / (top - bottom) * 210
    parts = [f'<text x="{left + 50}" y="30" font-weight="bold">{title}</text>',
             f'<path d="M{left + 50} 50V260H{left + 380}" class="axis"/>',
             f'<text x="{left + 215}" y="295" text-anchor="middle">processor seconds a megapixel, one core</text>']
    for half in range(math.ceil(bottom * 2), math.floor(top * 2) + 1):
        parts.append(f'<path d="M{left + 50} {up(half / 2):.0f}h330" class="line"/>'
                     f'<text x="{left + 44}" y="{up(half / 2) + 4:.0f}" text-anchor="end">{half / 2:g}</text>')
    for power in range(math.ceil(low), math.floor(high) + 1):
        parts.append(f'<text x="{across(2 ** power):.0f}" y="277" text-anchor="middle">{2 ** power:g}</text>')
    dots = [(across(x), up(y)) for _, x, y in points]
    taken = [(x - 5, x + 5, y + 4) for x, y in dots]  # (left, right, base line) of the dots and of the names so far
    for (label, _, _), (x, y) in sorted(zip(points, dots), key=lambda item: item[1][0]):
        width = 7.5 * len(label)
        places = [(x + 8, y + 4 + d) for d in range(-40, 41)] + [(x - 8 - width, y + 4 + d) for d in range(-40, 41)]
        places.sort(key=lambda place: abs(place[1] - y - 4))
        free = lambda place: not any(start - width < place[0] < right and abs(place[1] - line) < 13 for start, right, line in taken)
        begin, line = next((place for place in places if left + 50 < place[0] < left + 385 - width and free(place)), places[0])
        taken.append((begin, begin + width, line))
        x_of_name, anchor = (begin, "start") if begin > x else (begin + width, "end")
        parts.append(f'<g class="{"ours" if label.startswith("photo") else "other"}"><circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
                     f'<text x="{x_of_name:.1f}" y="{line:.1f}" text-anchor="{anchor}">{label}</text></g>')
    return "\n".join(parts)


def draw(rows):
    panels = [panel(PANELS[key] + ", dB", [(label, x, y) for label, k, y, x in rows if k == key], 410 * i)
              for i, key in enumerate(PANELS)]
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 305" font-family="sans-serif" font-size="12">\n'
            "<style>.axis{fill:none;stroke:#444}.line{stroke:#ddd}circle{fill:#888}.ours circle{fill:#c33}.ours text{font-weight:bold}"
            "</style>\n<rect width=\"820\" height=\"305\" fill=\"#fff\"/>\n" + "\n".join(panels) + "\n</svg>\n")


def main(kodak, polyu, *models):
    gaussian = [on_gaussian(model, kodak) for model in models]
    rows = [(name(model), "kodak", *gaussian[i]) for i, model in enumerate(models)]
    rows += [(name(model), "polyu", on_pairs(model, polyu), gaussian[i][1]) for i, model in enumerate(models)]
    for row in [("network", "pictures", "dB", "processor seconds a megapixel"), *rows]:
        print("\t".join(f"{v:.2f}" if isinstance(v, float) else v for v in row), flush=True)
    with open(os.path.join(ROOT, "docs", "quality.svg"), "w") as picture:
        picture.write(draw(rows))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
