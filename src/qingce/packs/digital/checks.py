"""Checks of digital finance."""

from qingce.core.check import WARNING, check


@check(cites="报告第 1116 行")
def video_scenes_by_service_add_up(video_scenes):
    """各类视频银行场景之和应等于已开发的场景总数。"""
    return video_scenes == (
        video_scenes.at(video_service="self_service")
        + video_scenes.at(video_service="branch_staff")
        + video_scenes.at(video_service="corporate")
        + video_scenes.at(video_service="assistance")
    )


@check(cites="报告第 1117 行")
def video_scenes_by_direction_add_up(video_scenes, one_way_video_scenes, two_way_video_scenes):
    """单向与双向视频场景之和应等于已开发的场景总数。"""
    return video_scenes == one_way_video_scenes + two_way_video_scenes


@check(cites="报告第 1117 行")
def online_video_scenes_were_developed(video_scenes_online, video_scenes):
    """已上线的视频银行场景不多于已开发的场景。"""
    return video_scenes_online <= video_scenes


@check(cites="报告第 1139 行")
def robot_channels_add_up(robot_channels):
    """对客渠道与行内渠道之和应等于机器人上线渠道总数。"""
    parts = robot_channels.at(robot_side="customer") + robot_channels.at(robot_side="internal")
    return robot_channels == parts


@check(cites="报告第 1068 行")
def every_data_centre_site_has_a_centre(data_centre_sites, data_centres):
    """数据中心所在地数不多于数据中心数。"""
    return data_centre_sites <= data_centres


@check(cites="报告第 1122 行")
def flagship_activities_are_among_studio_activities(studio_flagship_activities, studio_activities):
    """兰兰工作室聚合主题活动数不多于活动总数。"""
    return studio_flagship_activities <= studio_activities


@check(cites="报告第 1124 行", severity=WARNING)
def every_studio_visitor_visited(studio_visits, studio_visitors):
    """兰兰工作室访问量不少于访问人数，即人均访问不少于一次。"""
    return studio_visits / studio_visitors >= 1


@check(cites="报告第 1161 行")
def merchants_by_sector_add_up(merchants_opened, merchants_served):
    """公用事业与医疗卫生商户之和应等于民生行业商户总数，新增与累计分别成立。"""
    return [
        merchants == merchants.at(sector="utility") + merchants.at(sector="health")
        for merchants in (merchants_opened, merchants_served)
    ]


@check(cites="报告第 1161 行", each="sector")
def merchants_opened_were_served(merchants_opened, merchants_served):
    """各类商户的本期新增不多于期末累计。"""
    return merchants_opened <= merchants_served


@check(cites="报告第 1161 行", each="sector")
def merchants_served_grow_by_those_opened(merchants_opened, merchants_served):
    """各类商户期末累计应等于上期末累计加本期新增。"""
    return merchants_served == merchants_served.prior + merchants_opened


@check(cites="报告第 1386 行")
def security_trainees_are_staff(security_training_staff, headcount):
    """网络安全培训参训人数不多于员工总数。"""
    return security_training_staff <= headcount


@check(cites="报告第 1123、1104、1400 行")
def announced_digital_items_are_registered(
    studio_themes, service_platform_traits, security_inspection_aspects, registered_digital_items
):
    """公布的主题、特点、检查方面的个数应等于登记在册的个数。"""
    return [
        studio_themes == registered_digital_items.at(topic="studio_theme"),
        service_platform_traits == registered_digital_items.at(topic="service_trait"),
        security_inspection_aspects == registered_digital_items.at(topic="inspection_aspect"),
    ]
