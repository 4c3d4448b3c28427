"""Filed metrics of consumer protection, publicity and new customers."""

from qingce.core.metric import FLOW, STOCK, filed, metric

# -- rules --------------------------------------------------------------------------------------
protection_mechanisms = filed("消保机制方面数", unit="个", kind=STOCK)
protection_basic_rules = filed("消保基本制度数", unit="项", kind=STOCK)
protection_special_rules = filed("消保专项制度数", unit="项", kind=STOCK)
protection_procedure_rules = filed("消保议事规则数", unit="项", kind=STOCK)


@metric("消保制度数", unit="项")
def protection_rules(protection_basic_rules, protection_special_rules, protection_procedure_rules):
    """基本制度、专项制度与议事规则项数之和。"""
    return protection_basic_rules + protection_special_rules + protection_procedure_rules


protection_reviews = filed("消保审查文件数", unit="份", kind=FLOW)
emergency_drills = filed("突发事件应急演练场次", unit="场", kind=FLOW)

# -- publicity ----------------------------------------------------------------------------------
education_originals = filed("原创视频及文案篇数", unit="篇", kind=FLOW)
education_notices = filed("官方渠道发布活动信息数", unit="条", kind=FLOW)
education_staff = filed("参加宣传活动的员工人数", unit="人", kind=FLOW)
education_leaflets = filed("宣传折页发放数", unit="份", kind=FLOW)
education_media_reports = filed("媒体发布次数", unit="次", kind=FLOW)
education_media_views = filed("收听、点击和阅读量", unit="次", shown="万次", places=1, kind=FLOW)
education_articles = filed("消保和投教图文篇数", unit="篇", kind=FLOW)

# -- customers ----------------------------------------------------------------------------------
renewal_events = filed("“焕新生活”进社区活动场次", unit="场", kind=FLOW, owner="个人业务部")
corporate_customers_added = filed("新增对公结算客户", unit="户", kind=FLOW, owner="公司业务部")
personal_customers_added = filed("新增个人客户", unit="户", shown="万户", kind=FLOW, owner="个人业务部")
