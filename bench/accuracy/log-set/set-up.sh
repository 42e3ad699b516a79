# Makes the machine what it is: its people and their keys, sshd, sudo, su, cron and rsyslog as Debian ships them, but for delays.
set -e
. "$(dirname "$0")/prelude.sh"
for name in vim vi less apt-get apt dpkg systemctl service journalctl docker psql nginx certbot reboot shutdown tcpdump htop iotop nano \
    visudo pg_dump dmesg iptables ufw crontab; do
  path=$(command -v $name || echo /usr/bin/$name)
  rm -f "$path"; cp /bin/true "$path"
done
sed -i 's/pam_unix.so nullok/pam_unix.so nullok nodelay/' /etc/pam.d/common-auth
# What this machine may not do within another one would stand in every session.
sed -i '/pam_loginuid\|pam_limits/d' /etc/pam.d/*
echo "127.0.0.1 localhost
$SERVER web1" > /etc/hosts
touch /run/utmp /var/log/wtmp /var/log/lastlog
echo 'deploy ALL=(ALL) NOPASSWD: ALL
backups ALL=(root) NOPASSWD: /usr/bin/tar, /usr/bin/rsync
%dba ALL=(postgres) NOPASSWD: ALL
Defaults !lecture' > /etc/sudoers.d/site
chmod 440 /etc/sudoers.d/site
groupadd -f dba
getent passwd postgres >/dev/null || useradd -m -s /bin/bash postgres
usermod -s /bin/bash www-data
mkdir -p /var/www/shop /keys /run/sshd /run/sudo/ts /var/spool/rsyslog /home
printf '#!/bin/sh\nhead -n 1 /tmp/answers; sed -i 1d /tmp/answers\n' > /keys/askpass
chmod 755 /keys /keys/askpass
while read -r user password groups; do
  id "$user" >/dev/null 2>&1 || useradd -m -s /bin/bash "$user"
  if [ "$groups" != - ]; then usermod -aG "$groups" "$user"; fi
  echo "$user:$password" | chpasswd
  ssh-keygen -q -t ed25519 -N '' -C "$user@laptop" -f "/keys/$user"
  install -d -o "$user" -m 700 "/home/$user/.ssh"
  install -o "$user" -m 600 "/keys/$user.pub" "/home/$user/.ssh/authorized_keys"
done < /run/people
echo 'root:Granite-Fjord-17-wharf' | chpasswd
ssh-keygen -A >/dev/null
echo 'Port 22
ListenAddress 0.0.0.0
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM yes
PrintMotd no
Subsystem sftp /usr/lib/openssh/sftp-server -f AUTH -l INFO' > /etc/ssh/sshd_config
rm -f /etc/ssh/sshd_config.d/*
echo 'module(load="imuxsock" SysSock.RateLimit.Interval="0" SysSock.UsePIDFromSystem="off")
template(name="received" type="string" string="%timegenerated:::date-rfc3339% %hostname% %syslogtag%%msg%\n")
if $programname == ["cron", "CRON"] then { action(type="omfile" file="/var/log/cron-set.log" template="received") stop }
auth,authpriv.* action(type="omfile" file="/var/log/auth-set.log" template="received")' > /etc/rsyslog-set.conf
touch /var/log/auth-set.log
rsyslogd -n -f /etc/rsyslog-set.conf -i /run/rsyslog-set.pid &
has $SERVER
until [ -S /dev/log ]; do sleep 0.05; done
/usr/sbin/sshd
for user in root postgres www-data; do chage -d 2026-01-15 $user; done
# Cron lives faster than this machine (run.ts): its lines have a file of their own.
sed -i '/run-parts/d' /etc/crontab
rm -rf /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/*
echo '17 * * * * root cd / && true
5,35 * * * * www-data [ -x /usr/bin/true ] && /usr/bin/true
*/30 * * * * root command -v true > /dev/null && true 1 1
30 2 * * * postgres /usr/bin/pg_dump site
25 6 * * * root test -x /usr/sbin/anacron || true' > /etc/cron.d/site
