"""Metrics of digital finance: foundations, channels, the online studio and merchants."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric

# -- foundations --------------------------------------------------------------------------------
fintech_foundations = filed("金融科技底座数", unit="个", kind=STOCK, owner="信息科技部")
data_management_systems = filed("数据管理体系数", unit="套", kind=STOCK, owner="大数据部")
data_centre_sites = filed("数据中心所在地数", unit="个", kind=STOCK, owner="信息科技部")
data_centres = filed("数据中心数", unit="个", kind=STOCK, owner="信息科技部")
devops_maturity = filed("DevOps 持续交付能力成熟度等级", unit="级", kind=STOCK, owner="信息科技部")
mobile_bank_version = filed("手机银行版本", unit="版", kind=STOCK)

# -- service channels ---------------------------------------------------------------------------
direct_link_firms = filed("财资 e 管平台银企直连企业数", unit="家", kind=STOCK, owner="交易银行部")
service_platform_traits = filed("智能客服平台特点数", unit="个", kind=STOCK, owner="客户服务中心")
voice_navigation_services = filed("语音导航可办交易数", unit="支", kind=STOCK, owner="客户服务中心")
agent_desk_services = filed("坐席工作台可办交易数", unit="支", kind=STOCK, owner="客户服务中心")
video_scenes = filed(
    "视频银行已开发业务场景数", unit="个", kind=STOCK, by="video_service", owner="客户服务中心"
)
video_scenes_online = filed("视频银行已上线业务场景数", unit="个", kind=STOCK, owner="客户服务中心")
one_way_video_scenes = filed("单向视频场景数", unit="个", kind=STOCK, owner="客户服务中心")
two_way_video_scenes = filed("双向视频场景数", unit="个", kind=STOCK, owner="客户服务中心")
robot_channels = filed(
    "智能文本机器人上线渠道数", unit="个", kind=STOCK, by="robot_side", owner="客户服务中心"
)

# -- online studio ------------------------------------------------------------------------------
studio_flagship_activities = filed("兰兰工作室聚合主题活动数", unit="项")
studio_themes = filed("兰兰工作室主题数", unit="个")
studio_activities = filed("兰兰工作室活动数", unit="项")
studio_visits = filed("兰兰工作室活动累计访问量", unit="次", shown="万次", kind=CUMULATIVE)
studio_visitors = filed("兰兰工作室访问人数", unit="人", shown="万人", kind=CUMULATIVE)


# -- merchants ----------------------------------------------------------------------------------
@metric("新增民生行业商户数", unit="家", kind=FLOW, by=("sector",))
def merchants_opened(merchant):
    """报告期内开通收单服务的公用事业、医疗卫生行业商户家数。"""
    return merchant.count()


@metric("累计服务民生行业商户数", unit="家", kind=CUMULATIVE, by=("sector",))
def merchants_served(merchant):
    """截至期末累计开通收单服务的公用事业、医疗卫生行业商户家数。"""
    return merchant.count()


@metric("登记的数字金融列举事项数", unit="个", kind=STOCK, by=("topic",))
def registered_digital_items(digital_item):
    """期末登记在册的列举事项个数，按编号去重。"""
    return digital_item.item_no.nunique()
