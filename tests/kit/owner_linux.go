package kit

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// owner is who PostgreSQL runs as; nil is ourselves.
type owner struct{ uid, gid uint32 }

// postgresOwner gives the folder to somebody else when we are root: PostgreSQL refuses to run as root.
func postgresOwner(folder string) (*owner, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &owner{uint32(uid), uint32(gid)}, os.Chown(folder, int(uid), int(gid))
}

func attributes(o *owner) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	if o != nil {
		a.Credential = &syscall.Credential{Uid: o.uid, Gid: o.gid}
	}
	return a
}
