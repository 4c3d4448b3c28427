#!/bin/sh
# 放到 /usr/local/sbin/qingce，由 root 运行：命令与服务用同一个账户、同一份环境（数据库、口令）、同样的文件权限。
# 直接以 root 运行会留下服务不能写的文件，而且看不到 QINGCE_DATABASE，去开另一个库。相对路径从 /srv/qingce 算起。
exec systemd-run --quiet --collect --pty --pipe --wait --service-type=exec \
    --property=User=qingce --property=Group=qingce --property=UMask=0077 --property=WorkingDirectory=/srv/qingce \
    --property=EnvironmentFile=-/etc/qingce/environment \
    /opt/qingce/.venv/bin/qingce "$@"
