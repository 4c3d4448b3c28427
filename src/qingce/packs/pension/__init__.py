"""Pension finance: services and activities for elderly customers. 养老金融：面向老年客户的服务与活动。"""

LABEL = "养老金融"
OWNER = "个人业务部"
NEEDS = ("bank",)
