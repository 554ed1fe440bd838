// Tells every socket that a process holds, as records of 32 bytes, for --linux.bpf-iterator; see docs/linux-bound.md.
//
//   bpftool btf dump file /sys/kernel/btf/vmlinux format c > vmlinux.h
//   clang -O2 -g -target bpf -c task-sockets.bpf.c -o task-sockets.bpf.o
//   bpftool iter pin task-sockets.bpf.o /sys/fs/bpf/task-sockets
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct record {
  __u32 tgid, fd, inode, netns, family, port, state, protocol;
};

SEC("iter/task_file")
int tell_sockets(struct bpf_iter__task_file *context) {
  struct task_struct *task = context->task;
  struct file *file = context->file;
  if (!task || !file) return 0;
  struct socket *socket = bpf_sock_from_file(file);
  if (!socket) return 0;
  struct sock *sock = BPF_CORE_READ(socket, sk);
  if (!sock) return 0;
  struct record record = {
      .tgid = task->tgid,
      .fd = context->fd,
      .inode = BPF_CORE_READ(file, f_inode, i_ino),
      .netns = BPF_CORE_READ(sock, __sk_common.skc_net.net, ns.inum),
      .family = BPF_CORE_READ(sock, __sk_common.skc_family),
      .port = BPF_CORE_READ(sock, __sk_common.skc_num),
      .state = BPF_CORE_READ(sock, __sk_common.skc_state),
      .protocol = BPF_CORE_READ(sock, sk_protocol),
  };
  bpf_seq_write(context->meta->seq, &record, sizeof record);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
