#!/usr/bin/env bash
# Eight tasks share the pictures of a folder: sbatch slurm.sh NOISY DENOISED
# Both folders lie where all nodes see them. Tasks may start late, be preempted or die: the others do their pictures.
#SBATCH --job-name=denoise
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --requeue
# Two minutes before its time is over, a task finishes what it has begun.
#SBATCH --signal=B:TERM@120
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: sbatch slurm.sh NOISY DENOISED" >&2
    exit 2
fi
# In this shell's place, so that the signal reaches it.
exec denoise-infer --input "$1" --output "$2" --claim --jobs "${SLURM_CPUS_PER_TASK:-1}" \
    --report "${2%/}.report-${SLURM_ARRAY_TASK_ID:-0}.json"
