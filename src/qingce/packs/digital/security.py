"""Metrics of network and data security."""

from qingce.core.metric import FLOW, filed

_OWNER = "信息科技部"

security_zones = filed("完成部署的安全区域数", unit="个", kind=FLOW, owner=_OWNER)
security_devices_deployed = filed("安全设备部署台数", unit="台", kind=FLOW, owner=_OWNER)
security_devices_upgraded = filed("安全设备版本升级台数", unit="台", kind=FLOW, owner=_OWNER)
app_hardenings = filed("APP 加固次数", unit="次", kind=FLOW, owner=_OWNER)
application_security_tests = filed("应用安全检测数", unit="个", kind=FLOW, owner=_OWNER)
network_attacks_detected = filed(
    "检测到的网络攻击次数", unit="次", shown="万次", places=0, kind=FLOW, owner=_OWNER
)
malicious_addresses_blocked = filed("封禁恶意攻击 IP 地址数", unit="个", kind=FLOW, owner=_OWNER)
vulnerabilities_examined = filed("安全漏洞排查条数", unit="条", kind=FLOW, owner=_OWNER)
security_risks_found = filed("发现安全风险项数", unit="项", kind=FLOW, owner=_OWNER)
security_trainings = filed("网络安全培训次数", unit="次", kind=FLOW, owner=_OWNER)
security_training_staff = filed("网络安全培训参训人数", unit="人", kind=FLOW, owner=_OWNER)
security_inspection_aspects = filed("信息科技安全检查方面数", unit="个", kind=FLOW, owner=_OWNER)
