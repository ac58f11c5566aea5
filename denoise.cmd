@echo off
rem As ./denoise on Linux and macOS: `dotnet run` builds what is stale and runs it. Not tried yet.
setlocal
set self=%~f0
set root=%~dp0
set verb=%1
set arguments=
:next
shift
if [%1]==[] goto run
set arguments=%arguments% %1
goto next

:run
set run=dotnet run -c Release --project "%root%src
if "%verb%"=="train" %run%\Train" -- %arguments% & goto end
if "%verb%"=="noisy" %run%\Train" -- noisy %arguments% & goto end
if "%verb%"=="export" %run%\Export\Tool" -- %arguments% & goto end
if "%verb%"=="convert" %run%\Export\Tool" -- convert %arguments% & goto end
if "%verb%"=="infer" %run%\Infer\Tool" -- %arguments% & goto end
if "%verb%"=="serve" %run%\Infer\Server" -- %arguments% & goto end
if "%verb%"=="doctor" (%run%\Infer\Tool" -- doctor) && %run%\Train" -- doctor & goto end
if "%verb%"=="quickstart" goto quickstart
if "%verb%"=="test" dotnet test "%root%Denoise.sln" -c Release %arguments% & goto end
echo usage: denoise train, noisy, export, convert, infer, serve, doctor, quickstart or test, and its arguments 1>&2
exit /b 2
:quickstart
rem As eng/quickstart.sh: digits made up on the spot, a small network trained on them, exported and tried.
set made=--dataset synthetic --noise gaussian:0.5
set folder=quickstart
set number=1
:folder
if not exist "%folder%" goto steps
set /a number+=1
set folder=quickstart-%number%
goto folder
:steps
mkdir %folder% || goto end
call "%self%" noisy %made% --count 100 --noisy %folder%/noisy --clean %folder%/clean --seed 7 || goto end
call "%self%" train %made% --limit 10000 --epochs 6 --time-budget 4m --seed 1 --out %folder%/run || goto end
call "%self%" export --checkpoint %folder%/run/checkpoints/best.safetensors --onnx %folder%/model.onnx || goto end
call "%self%" infer --input %folder%/noisy --output %folder%/denoised --model %folder%/model.onnx --reference %folder%/clean ^
    --compare %folder%/comparison.png || goto end
echo Done. Before and after, one above the other: %folder%/comparison.png
:end
exit /b %errorlevel%
