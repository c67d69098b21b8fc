//go:build linux || darwin || freebsd

package app

import "syscall"

// diskFree is how many bytes may still be written into the folder.
func diskFree(folder string) (uint64, error) {
	var fs syscall.Statfs_t
	err := syscall.Statfs(folder, &fs)
	return uint64(fs.Bavail) * uint64(fs.Bsize), err
}
