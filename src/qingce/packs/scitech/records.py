"""Tables of science and technology finance, made of the bank's ledgers."""

from qingce.core.dataset import view


@view("科技型企业贷款明细", time="as_of", org="org", labels={"several": "具有两种以上资质"})
def scitech_exposure(loan, customer):
    """名单内企业法人的每笔贷款连同其资质；一户企业可以同时具有几种资质，每笔贷款仍只一行。"""
    firms = customer.filter(
        (customer.kind == "corporate")
        & (customer.high_tech | customer.tech_sme | customer.specialised | customer.demonstration)
    )
    listed = firms.select(
        "customer_no", "as_of", "high_tech", "tech_sme", "specialised", "demonstration",
        several=(
            firms.high_tech.cast("int64") + firms.tech_sme.cast("int64")
            + firms.specialised.cast("int64") + firms.demonstration.cast("int64")
        ) > 1,
    )
    return loan.inner_join(listed, ["customer_no", "as_of"])


@view("科技相关贷款明细", time="as_of", org="org",
      labels={"of_firm": "借款人为科技型企业", "of_industry": "投向科技相关产业"})
def tech_loan(exposure):
    """借款人为科技型企业或投向科技相关产业的每笔贷款，两者兼有的只一行。"""
    firm = (exposure.kind == "corporate") & (
        exposure.high_tech | exposure.tech_sme | exposure.specialised | exposure.demonstration
    )
    return exposure.mutate(of_firm=firm.fill_null(False), of_industry=exposure.tech_industry.notnull())


@view("供应链融资及核心企业额度", time="financed_on", org="org")
def supply_chain_core(supply_chain_financing, supply_chain_limit):
    """每笔供应链融资连同其核心企业登记的额度行数。"""
    limits = supply_chain_limit.group_by("core_no").aggregate(limits=supply_chain_limit.count())
    joined = supply_chain_financing.left_join(limits, "core_no", rname="limit_{name}")
    return joined.mutate(limits=joined.limits.fill_null(0))
