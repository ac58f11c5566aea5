#!/usr/bin/env bash
# quality.sh MODEL FOLDER...: PSNR and SSIM of a model on folders of clean pictures with Gaussian noise of sigma 15, 25 and 50 (of
# 255), neither clipped nor rounded, as a table in Markdown. NOISES="WORDS;WORDS" takes other noises (docs/noise.md).
set -euo pipefail

[ $# -ge 2 ] || { sed -n '2,3s/^# \{0,1\}//p' "$0" >&2; exit 2; }
root=$(dirname "$(dirname "$(readlink -f "$0")")")
model=$1
shift
IFS=';' read -ra noises <<<"${NOISES:-gaussian:15/255,clip=off;gaussian:25/255,clip=off;gaussian:50/255,clip=off}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# figure NAME KEY: a number of the report's, such as denoised psnr.
figure() { sed -n "/\"$1\": {/,/}/s/.*\"$2\": \([0-9.]*\).*/\1/p" "$work/result.json"; }

echo '| pictures | noise | noisy: PSNR | SSIM | denoised: PSNR | SSIM |'
echo '|---|---|---|---|---|---|'
for folder; do
    for noise in "${noises[@]}"; do
        "$root/denoise" infer --model "$model" --input "$folder" --output "$work/denoised" --noise "$noise" --json >"$work/result.json" 2>"$work/said" ||
            { cat "$work/said" >&2; exit 1; }
        printf '| %s | `%s` | %.2f | %.3f | %.2f | %.3f |\n' "$(basename "$folder")" "$noise" \
            "$(figure noisy psnr)" "$(figure noisy ssim)" "$(figure denoised psnr)" "$(figure denoised ssim)"
    done
done
