@echo off
rem As ./denoise on Linux and macOS: `dotnet run` builds what is stale and runs it. Not tried yet.
setlocal
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
if "%verb%"=="test" dotnet test "%root%Denoise.sln" -c Release %arguments% & goto end
echo usage: denoise train, noisy, export, convert, infer, serve, doctor or test, and its arguments 1>&2
exit /b 2
:end
exit /b %errorlevel%
