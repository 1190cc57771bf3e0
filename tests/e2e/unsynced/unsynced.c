/* A disk that forgets what was not synced: preloaded into a program, for power_cut_test.py.
 *
 * The model is the strict reading of POSIX: the bytes of a file survive a power cut as they were at its last fsync, and
 * a name in a folder (a new file, a rename, a removal) as the folder was at its own last fsync. So every fsync below
 * UNSYNCED_ROOT is turned into a copy under UNSYNCED_SHADOW, of the file or of the folder's list of names, and nothing is
 * really synced. power_cut.py rebuilds from these copies what a power cut would have left.
 *
 *   UNSYNCED_ROOT    folder to watch (real path)
 *   UNSYNCED_SHADOW  root: identity of UNSYNCED_ROOT; files/ID: bytes; folders/ID: lines "f|d ID name"
 *   UNSYNCED_LOG     gets one line "NUMBER operation path" before each change or sync below the root
 *   UNSYNCED_KILL_AT end the process by SIGKILL before the operation of this number (from 1)
 *   UNSYNCED_NAMES   if set, fsync only writes "ID path" to the log
 *
 * A file is known by inode and time of birth, because inode numbers are used again.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_int operations;
static pthread_mutex_t shadow_lock = PTHREAD_MUTEX_INITIALIZER;

static void give_up(const char* what) {
  dprintf(2, "unsynced: %s: %s\n", what, strerror(errno));
  _exit(99);
}

static const char* setting(const char* name) {
  const char* value = getenv(name);
  if (value == NULL) give_up(name);
  return value;
}

/* Whether an absolute path is the root or lies below it. */
static int watched(const char* path) {
  const char* root = getenv("UNSYNCED_ROOT");
  if (root == NULL) return 0;
  const size_t length = strlen(root);
  return strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The path of a descriptor; empty for what has none. */
static void path_of(int descriptor, char* out) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, out, PATH_MAX - 1);
  out[length < 0 ? 0 : length] = '\0';
}

/* The absolute path of `path` seen from the folder `at`. */
static void absolute(int at, const char* path, char* out) {
  if (path[0] == '/') {
    snprintf(out, PATH_MAX, "%s", path);
    return;
  }
  char folder[PATH_MAX];
  if (at == AT_FDCWD) {
    if (getcwd(folder, sizeof folder) == NULL) folder[0] = '\0';
  } else {
    path_of(at, folder);
  }
  if (snprintf(out, PATH_MAX, "%s/%s", folder, path) >= PATH_MAX) out[0] = '\0';
}

static void log_line(const char* line, int length) {
  const int log = (int)syscall(SYS_openat, AT_FDCWD, setting("UNSYNCED_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) give_up("log");
  if (syscall(SYS_write, log, line, length) != length) give_up("log");
  syscall(SYS_close, log);
}

/* Count an operation on a watched path; perhaps it is never done. */
static void before(const char* operation, const char* path) {
  if (getenv("UNSYNCED_NAMES") != NULL) return;
  const int kept_errno = errno;
  const int number = atomic_fetch_add(&operations, 1) + 1;
  char line[PATH_MAX + 64];
  log_line(line, snprintf(line, sizeof line, "%d %s %s\n", number, operation, path));
  const char* kill_at = getenv("UNSYNCED_KILL_AT");
  if (kill_at != NULL && atoi(kill_at) == number) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  errno = kept_errno;
}

static void before_at(const char* operation, int at, const char* path) {
  char full[PATH_MAX];
  absolute(at, path, full);
  if (watched(full)) before(operation, full);
}

static void before_write(const char* operation, int descriptor) {
  if (getenv("UNSYNCED_ROOT") == NULL) return;
  const int kept_errno = errno;
  char path[PATH_MAX];
  path_of(descriptor, path);
  errno = kept_errno;
  if (watched(path)) before(operation, path);
}

static void identity(int at, const char* path, int flags, char* out, size_t size, int* is_folder) {
  struct statx facts;
  if (statx(at, path, flags | AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_TYPE | STATX_BTIME, &facts) != 0) {
    out[0] = '\0';
    return;
  }
  *is_folder = S_ISDIR(facts.stx_mode);
  const int has_birth = (facts.stx_mask & STATX_BTIME) != 0;
  snprintf(out, size, "%llu-%lld.%09u", (unsigned long long)facts.stx_ino, has_birth ? (long long)facts.stx_btime.tv_sec : 0,
           has_birth ? facts.stx_btime.tv_nsec : 0);
}

/* A new file beside its place in the shadow; `publish` puts it there whole. */
static int begin_copy(char* temporary) {
  snprintf(temporary, PATH_MAX, "%s/copy.%d", setting("UNSYNCED_SHADOW"), getpid());
  const int copy = (int)syscall(SYS_openat, AT_FDCWD, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (copy < 0) give_up(temporary);
  return copy;
}

static void publish(int copy, const char* temporary, const char* kind, const char* id) {
  char target[PATH_MAX];
  snprintf(target, sizeof target, "%s/%s%s", setting("UNSYNCED_SHADOW"), kind, id);
  syscall(SYS_close, copy);
  if (syscall(SYS_renameat2, AT_FDCWD, temporary, AT_FDCWD, target, 0) != 0) give_up(target);
}

static void put(int copy, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t done = syscall(SYS_write, copy, bytes, size);
    if (done <= 0) give_up("copy");
    bytes += done;
    size -= (size_t)done;
  }
}

static void keep_file(const char* path, const char* id) {
  char temporary[PATH_MAX], buffer[1 << 16];
  const int source = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (source < 0) give_up(path);
  const int copy = begin_copy(temporary);
  for (ssize_t got; (got = syscall(SYS_read, source, buffer, sizeof buffer)) > 0;) put(copy, buffer, (size_t)got);
  syscall(SYS_close, source);
  publish(copy, temporary, "files/", id);
}

static void keep_folder(const char* path, const char* id) {
  char temporary[PATH_MAX], line[NAME_MAX + 128];
  DIR* folder = opendir(path);
  if (folder == NULL) give_up(path);
  const int copy = begin_copy(temporary);
  for (struct dirent* entry; (entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char entry_id[64];
    int is_folder = 0;
    identity(dirfd(folder), entry->d_name, 0, entry_id, sizeof entry_id, &is_folder);
    if (entry_id[0] == '\0') continue;
    put(copy, line, (size_t)snprintf(line, sizeof line, "%c %s %s\n", is_folder ? 'd' : 'f', entry_id, entry->d_name));
  }
  closedir(folder);
  publish(copy, temporary, "folders/", id);
  if (strcmp(path, setting("UNSYNCED_ROOT")) == 0) {
    const int root = begin_copy(temporary);
    put(root, id, strlen(id));
    publish(root, temporary, "root", "");
  }
}

/* Stands for a sync of a watched path. Returns 0 if the real one must be called. */
static int keep(const char* operation, int descriptor) {
  if (getenv("UNSYNCED_ROOT") == NULL) return 0;
  char path[PATH_MAX], id[64];
  path_of(descriptor, path);
  if (!watched(path)) return 0;
  before(operation, path);
  int is_folder = 0;
  struct stat facts;
  identity(descriptor, "", AT_EMPTY_PATH, id, sizeof id, &is_folder);
  // A removed file has no name that could survive.
  if (id[0] == '\0' || fstat(descriptor, &facts) != 0 || facts.st_nlink == 0) return 1;
  if (getenv("UNSYNCED_NAMES") != NULL) {
    char line[PATH_MAX + 80];
    log_line(line, snprintf(line, sizeof line, "%s %s\n", id, path));
    return 1;
  }
  pthread_mutex_lock(&shadow_lock);
  if (is_folder) keep_folder(path, id);
  else keep_file(path, id);
  pthread_mutex_unlock(&shadow_lock);
  return 1;
}

int fsync(int descriptor) { return keep("fsync", descriptor) ? 0 : NEXT(fsync)(descriptor); }
int fdatasync(int descriptor) { return keep("fdatasync", descriptor) ? 0 : NEXT(fdatasync)(descriptor); }

/* From here on: what changes the disk is counted, then done. */

static int open_counted(int at, const char* path, int flags, mode_t mode) {
  if ((flags & O_CREAT) != 0 && faccessat(at, path, F_OK, 0) != 0) before_at("create", at, path);
  return (int)syscall(SYS_openat, at, path, flags | O_LARGEFILE, mode);
}

#define MODE_OF(last)                               \
  mode_t mode = 0;                                  \
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) {     \
    va_list more;                                   \
    va_start(more, last);                           \
    mode = va_arg(more, mode_t);                    \
    va_end(more);                                   \
  }

int open(const char* path, int flags, ...) {
  MODE_OF(flags)
  return open_counted(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE_OF(flags)
  return open_counted(AT_FDCWD, path, flags, mode);
}
int openat(int at, const char* path, int flags, ...) {
  MODE_OF(flags)
  return open_counted(at, path, flags, mode);
}
int openat64(int at, const char* path, int flags, ...) {
  MODE_OF(flags)
  return open_counted(at, path, flags, mode);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  before_write("write", descriptor);
  return syscall(SYS_write, descriptor, bytes, size);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  before_write("write", descriptor);
  return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  before_write("write", descriptor);
  return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}
ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  before_write("write", descriptor);
  return syscall(SYS_writev, descriptor, parts, count);
}
int ftruncate(int descriptor, off_t size) {
  before_write("truncate", descriptor);
  return (int)syscall(SYS_ftruncate, descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) {
  before_write("truncate", descriptor);
  return (int)syscall(SYS_ftruncate, descriptor, size);
}

int rename(const char* from, const char* to) {
  before_at("rename", AT_FDCWD, to);
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_at, const char* from, int to_at, const char* to) {
  before_at("rename", to_at, to);
  return (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
}
int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  before_at("rename", to_at, to);
  return (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
}
int unlink(const char* path) {
  before_at("remove", AT_FDCWD, path);
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
int unlinkat(int at, const char* path, int flags) {
  before_at("remove", at, path);
  return (int)syscall(SYS_unlinkat, at, path, flags);
}
int rmdir(const char* path) {
  before_at("remove", AT_FDCWD, path);
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}
int remove(const char* path) {
  before_at("remove", AT_FDCWD, path);
  if (syscall(SYS_unlinkat, AT_FDCWD, path, 0) == 0) return 0;
  return errno == EISDIR ? (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR) : -1;
}
int mkdir(const char* path, mode_t mode) {
  before_at("create", AT_FDCWD, path);
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
int mkdirat(int at, const char* path, mode_t mode) {
  before_at("create", at, path);
  return (int)syscall(SYS_mkdirat, at, path, mode);
}
