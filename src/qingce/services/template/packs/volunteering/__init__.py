"""Volunteering: 志愿服务的场次、人次和时长。"""

LABEL = "志愿服务"
OWNER = "工会办公室"
