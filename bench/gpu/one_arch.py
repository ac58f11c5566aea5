"""Empties the GPU code of other architectures in a library that nvcc has made, in place, so that it packs to half the size.

  one_arch.py LIBRARY 90

The driver takes the code of its own architecture and never looks at the others. Such code lies in containers of a 16-byte header (magic
number, version, header size, size) and entries (kind, version, header size, size, ..., architecture at byte 28; kind 2 is machine code).
"""
import struct
import sys

CONTAINER = struct.pack("<IHH", 0xBA55ED50, 1, 16)
MACHINE_CODE = 2


def entries(library):
    """For each piece of GPU code its kind, its architecture, and where it begins and ends."""
    place = library.find(CONTAINER)
    while place >= 0:
        at = place + 16
        (size,) = struct.unpack_from("<Q", library, place + 8)
        end = at + size
        while at < end:
            kind, _, header, length = struct.unpack_from("<HHIQ", library, at)
            (architecture,) = struct.unpack_from("<I", library, at + 28)
            yield kind, architecture, at + header, at + header + length
            at += header + length
        place = library.find(CONTAINER, end)


def main():
    path, wanted = sys.argv[1], int(sys.argv[2])
    with open(path, "rb") as file:
        library = bytearray(file.read())
    kept = dropped = 0
    for kind, architecture, begin, end in entries(library):
        if (kind, architecture) == (MACHINE_CODE, wanted):
            kept += end - begin
        else:
            dropped += end - begin
            library[begin:end] = bytes(end - begin)
    if kept == 0:
        sys.exit(f"{path} has no code for sm_{wanted}")
    with open(path, "wb") as file:
        file.write(library)
    print(f"{path}: kept {kept >> 20} MiB for sm_{wanted}, emptied {dropped >> 20} MiB")


if __name__ == "__main__":
    main()
