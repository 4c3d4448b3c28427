"""Consumers: protection, complaints, financial education, new customers.

消费者：权益保护、投诉、宣教与客户建设。
"""

LABEL = "消费者权益保护"
OWNER = "消费者权益保护部"
NEEDS = ("workforce",)
