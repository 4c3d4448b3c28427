"""The ledgers of a bank: customers, loans and their events, bonds, projects, guarantees, the general ledger.

A ledger is a snapshot (one row per thing and month-end, ``as_of``) or a journal (one row per event,
placed by its own date). Money is in 元; foreign money is converted at the snapshot's rate and keeps its
currency. Flags and codes about a customer stand in ``customer``; what is about one loan stands in ``loan``.
"""

from qingce.core.dataset import Code, Date, Flag, Money, OrgCode, Qty, Rate, Text, Whole, dataset


@dataset(label="机构表", owner="运营管理部", grain=("code", "valid_from"), time="")
class org:
    """每个机构每段有效期一行；名称、上级变更时结束旧行、另起一行。"""

    code = Text("机构代码")
    name = Text("机构名称")
    level = Text("机构层级")
    parent = Text("上级机构", optional=True)
    valid_from = Date("起始日期", optional=True)
    valid_to = Date("截止日期", optional=True)


@dataset(label="网点台账", owner="运营管理部", grain=("outlet_no", "as_of"))
class outlet:
    """每家营业网点每个年末一行。"""

    outlet_no = Text("网点编号")
    as_of = Date("数据日期")
    org = OrgCode("机构")
    kind = Code("网点类型", of="outlet_kind")


@dataset(label="客户台账", owner="计划财务部", grain=("customer_no", "as_of"))
class customer:
    """每个借款客户与名单内尚未用款的客户，每个月末一行；客户以编号代称，不登记姓名与证件号。"""

    customer_no = Text("客户号")
    as_of = Date("数据日期")
    org = OrgCode("管户机构")
    kind = Code("客户类型", of="customer_kind")
    ownership = Code("控股类型", of="ownership", optional=True, doc="企业填报，个人空白")
    firm_size = Code("企业规模", of="firm_size", optional=True, doc="按工信部划型标准，个人空白")
    industry = Code("所属行业门类", of="industry_section", optional=True)
    division = Code("所属行业大类", of="industry_division", optional=True)
    county = Code("所在县区", of="county")
    credit_line = Money("单户授信总额", low="0", doc="本行各产品授信额度合计")
    listed = Flag("上市公司")
    high_tech = Flag("高新技术企业")
    tech_sme = Flag("科技型中小企业")
    specialised = Flag("“专精特新”中小企业")
    demonstration = Flag("国家创新示范企业")
    scitech_listed_on = Date("科技名单入选日期", optional=True, doc="各名单中最早的入选日期")
    green_manufacturer = Flag("绿色制造企业")
    farmer = Flag("农户")
    poverty_alleviated = Flag("脱贫户或边缘易致贫户")
    new_citizen = Flag("新市民")
    female_founder = Flag("女性创业者")
    age = Whole("年龄", unit="岁", optional=True, low="0", high="130")


@dataset(label="贷款台账", owner="计划财务部", grain=("loan_no", "as_of"))
class loan:
    """每笔有余额或已签约的贷款每个月末一行；含贴现与垫款，投向行业与绿色用途分别认定。"""

    loan_no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    customer_no = Text("客户号")
    product = Code("贷款产品", of="loan_product")
    purpose = Code("贷款用途", of="loan_purpose")
    programme = Code("专项", of="loan_programme", optional=True, doc="列入专项名单的贷款，一笔只列一个专项")
    industry = Code("投向行业", of="industry_section", optional=True, doc="个人消费贷款空白")
    division = Code("投向行业大类", of="industry_division", optional=True)
    county = Code("投放县区", of="county")
    city = Code("投放地市", of="city")
    key_county = Flag("乡村振兴重点帮扶县")
    start_on = Date("放款日期")
    due_on = Date("到期日期")
    currency = Code("币种", of="currency", doc="金额均已折合人民币，此列记原币种")
    principal = Money("贷款本金", low="0")
    balance = Money("贷款余额", low="0")
    rate = Rate("年利率", low="0", high="36", doc="百分数，4.30 表示 4.30%")
    five_class = Code("五级分类", of="five_class")
    guarantee = Code("主要担保方式", of="guarantee_kind")
    agri = Code("涉农类别", of="agri_kind", optional=True, doc="空白表示不是涉农贷款")
    use = Code("绿色用途", of="green_use", optional=True, doc="2019 年口径六类；空白不计")
    green_catalogue = Code("绿色目录版本", of="green_catalogue", optional=True, doc="认定所依目录")
    green_item = Code("绿色目录条目", of="green_item", optional=True, doc="目录版本与条目号，如 2019:5.2")
    green_labelled_on = Date("绿色认定日期", optional=True)
    green_evidence = Text("绿色认定依据", optional=True, doc="认定材料编号")
    green_expires_on = Date("认定材料失效日期", optional=True)
    tech_industry = Code("科技产业类别", of="tech_industry", optional=True)
    elderly_care = Code("养老产业类别", of="elderly_care", optional=True)
    digital_industry = Code("数字经济产业类别", of="digital_industry", optional=True)
    discounted = Flag("贴现")
    online = Flag("线上办理")


@dataset(label="贷款事件台账", owner="计划财务部", grain=("event_no",))
class loan_event:
    """贷款的每次发放、归还、收息、核销与核销后收回一行；金额均为正数，方向由事件类型决定。"""

    event_no = Text("事件号")
    happened_on = Date("发生日期")
    org = OrgCode("经办机构")
    loan_no = Text("借据号")
    customer_no = Text("客户号")
    kind = Code("事件类型", of="loan_event_kind")
    product = Code("贷款产品", of="loan_product")
    programme = Code("专项", of="loan_programme", optional=True)
    amount = Money("金额", low="0", doc="发放、归还、核销、收回只计本金；收息只计利息，不含罚息与费用")


@dataset(label="债券持仓台账", owner="金融市场部", grain=("bond_no", "as_of"))
class bond_holding:
    """每只持有的债券每个月末一行。"""

    bond_no = Text("债券编号")
    as_of = Date("数据日期")
    org = OrgCode("持有机构")
    face = Money("面值", low="0")
    carrying = Money("账面余额", low="0")
    green = Flag("绿色债券")
    green_catalogue = Code("绿色目录版本", of="green_catalogue", optional=True)
    due_on = Date("到期日期")


@dataset(label="重点项目台账", owner="公司金融部", grain=("project_no", "roster", "as_of"))
class project:
    """列入名单的每个项目每个年末一行；同一项目可列入几张名单。"""

    project_no = Text("项目编号")
    as_of = Date("数据日期")
    org = OrgCode("主办机构")
    roster = Code("名单", of="project_roster")
    city = Code("所在地市", of="city")
    investment = Money("项目总投资", low="0")
    credit = Money("授信金额", low="0")
    drawn = Money("累计投放", low="0")


@dataset(label="担保台账", owner="风险管理部", grain=("guarantee_no", "as_of"))
class guarantee:
    """每笔贷款的每项担保每个年末一行。"""

    guarantee_no = Text("担保编号")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    loan_no = Text("借据号")
    kind = Code("担保方式", of="guarantee_kind")
    secured = Money("担保金额", low="0")


@dataset(label="发卡台账", owner="零售金融部", grain=("batch_no",))
class card_issue:
    """每个机构每月每种卡的发放一行。"""

    batch_no = Text("批次号")
    issued_on = Date("发放日期")
    org = OrgCode("发卡机构")
    kind = Code("卡种", of="card_kind")
    cards = Whole("发放张数", unit="张", low="0")


@dataset(label="绿金通平台融资台账", owner="公司金融部", grain=("deal_no",))
class platform_deal:
    """通过“绿金通”平台完成的每笔融资一行。"""

    deal_no = Text("融资编号")
    closed_on = Date("完成日期")
    org = OrgCode("经办机构")
    customer_no = Text("客户号")
    amount = Money("融资金额", low="0")


@dataset(label="供应链融资台账", owner="交易银行部", grain=("financing_no",))
class supply_chain_financing:
    """依托核心企业信用为其上游客户办理的每笔融资一行。"""

    financing_no = Text("融资编号")
    financed_on = Date("融资日期")
    org = OrgCode("经办机构")
    core_no = Text("核心企业客户号")
    customer_no = Text("融资客户号")
    amount = Money("融资金额", low="0")


@dataset(label="供应链核心企业额度台账", owner="交易银行部", grain=("core_no", "as_of"))
class supply_chain_limit:
    """每家核心企业的供应链他用额度每个年末一行。"""

    core_no = Text("核心企业客户号")
    as_of = Date("数据日期")
    org = OrgCode("主办机构")
    credit_limit = Money("他用额度", low="0")
    drawn = Money("已用额度", low="0")


@dataset(label="可持续发展挂钩贷款台账", owner="公司金融部", grain=("loan_no", "as_of"))
class linked_loan:
    """每笔可持续发展挂钩贷款每个年末一行：挂钩指标、目标、观测值与约定的利率调整。"""

    loan_no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    indicator = Text("挂钩指标")
    target = Qty("目标值", places=4)
    observed = Qty("观测值", places=4, optional=True, doc="尚未观测的空白")
    lower_is_better = Flag("越低越好")
    balance = Money("贷款余额", low="0")
    base_rate = Rate("基准利率", low="0", high="36")
    step = Rate("达标下调幅度", low="0", high="5", doc="百分点")
    applied_rate = Rate("执行利率", low="0", high="36")


@dataset(label="总账余额", owner="计划财务部", grain=("org", "subject", "as_of"))
class gl_balance:
    """总账每个科目每个记账机构每个月末一行，用于与各台账核对；记到哪一级就填哪一级，上级的数不含已单独填报的下级。"""

    as_of = Date("数据日期")
    org = OrgCode("核算机构")
    subject = Code("科目", of="gl_subject")
    balance = Money("余额")


@dataset(label="乡村振兴重点帮扶县名单", owner="普惠金融部", grain=("county", "listed_on"), time="")
class key_county_list:
    """每个列入名单的县一行，带起止日期；不随期间取数。"""

    county = Code("县区", of="county")
    level = Code("名单级别", of="key_county_level")
    listed_on = Date("列入日期")
    delisted_on = Date("移出日期", optional=True)
