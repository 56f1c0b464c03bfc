// Notes of loaded objects, read with bounds checks. Source: System V ABI, "Note Section".

#include "callers/engine_identity.h"

#include <elf.h>
#include <link.h>
#include <cstring>

namespace benchmem::callers {

namespace {

using Segment = ElfW(Phdr);
using Note = ElfW(Nhdr);

size_t segment_count(const LoadedFile& file) noexcept { return file.headers.size / sizeof(Segment); }

Segment segment_at(const LoadedFile& file, size_t index) noexcept {
  Segment segment;
  memcpy(&segment, file.headers.bytes + index * sizeof segment, sizeof segment);
  return segment;
}

// SAFETY: a segment of notes need not be mapped, whatever its header says.
bool is_mapped(const LoadedFile& file, const Segment& notes) noexcept {
  for (size_t i = 0; i != segment_count(file); ++i) {
    const Segment loaded = segment_at(file, i);
    if (loaded.p_type != PT_LOAD || (loaded.p_flags & PF_R) == 0 || notes.p_vaddr < loaded.p_vaddr) continue;
    const uint64_t offset = notes.p_vaddr - loaded.p_vaddr;
    if (offset <= loaded.p_filesz && notes.p_filesz <= loaded.p_filesz - offset) return true;
  }
  return false;
}

BuildId loaded_build_id(const LoadedFile& file) noexcept {
  BuildId id;
  for (size_t i = 0; i != segment_count(file) && id.length == 0; ++i) {
    const Segment segment = segment_at(file, i);
    if (segment.p_type != PT_NOTE || !is_mapped(file, segment)) continue;
    const uintptr_t at = file.load_address + segment.p_vaddr;
    id = find_build_id({reinterpret_cast<const uint8_t*>(at), static_cast<size_t>(segment.p_filesz)});
  }
  return id;
}

constexpr uint64_t padded(uint64_t bytes) noexcept { return (bytes + 3) & ~uint64_t{3}; }

} // namespace

BuildId find_build_id(const FileBytes& notes) noexcept {
  constexpr char kOwner[] = "GNU";
  BuildId id;
  for (uint64_t at = 0; at <= notes.size && notes.size - at >= sizeof(Note);) {
    Note note;
    memcpy(&note, notes.bytes + at, sizeof note);
    const uint64_t owner = at + sizeof note, bytes = owner + padded(note.n_namesz);
    if (bytes > notes.size || note.n_descsz > notes.size - bytes) return id;
    at = bytes + padded(note.n_descsz);
    if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof kOwner || note.n_descsz > BuildId::kMaxBytes)
      continue;
    if (memcmp(notes.bytes + owner, kOwner, sizeof kOwner) != 0) continue;
    id.length = note.n_descsz;
    memcpy(id.bytes, notes.bytes + bytes, note.n_descsz);
    return id;
  }
  return id;
}

EngineIdentity identity_of(const LoadedFile& engine, const LoadedFile& reader) noexcept {
  return {loaded_build_id(engine), loaded_build_id(reader), checksum_of(engine.headers)};
}

uint64_t checksum_of(const FileBytes& bytes) noexcept {
  uint64_t sum = 0xcbf29ce484222325u; // FNV-1a
  for (size_t i = 0; i != bytes.size; ++i) sum = (sum ^ bytes.bytes[i]) * 0x100000001b3u;
  return sum;
}

} // namespace benchmem::callers
